// What Swift's Glibc overlay lacks: epoll, eventfd, accept4, the CPU set macros, names of threads and what of the heap
// is free.
//
// `_GNU_SOURCE` would declare the last three, but changes types that the overlay has imported without it.
#pragma once

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

extern int accept4(int, struct sockaddr *, socklen_t *, int);
extern int sched_getaffinity(pid_t, size_t, cpu_set_t *);
extern int pthread_setname_np(pthread_t, const char *);

/// `epoll_event` without its union: the descriptor is always what `data` holds.
struct clinux_event {
  uint32_t events;
  int descriptor;
};

static const uint32_t clinux_epollin = EPOLLIN;
static const uint32_t clinux_epollout = EPOLLOUT;
static const uint32_t clinux_epollrdhup = EPOLLRDHUP;
static const uint32_t clinux_epollhup = EPOLLHUP;
static const uint32_t clinux_epollerr = EPOLLERR;
static const uint32_t clinux_epollet = EPOLLET;

static inline int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int clinux_epoll_add(int epoll, int descriptor, uint32_t events) {
  struct epoll_event event = {.events = events, .data = {.fd = descriptor}};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static inline int clinux_epoll_remove(int epoll, int descriptor) {
  struct epoll_event event = {0};
  return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}

/// Waits for at most `capacity` (no more than 128) events.
static inline int clinux_epoll_wait(int epoll, struct clinux_event *out, int capacity, int milliseconds) {
  struct epoll_event events[128];
  int count = epoll_wait(epoll, events, capacity, milliseconds);
  for (int index = 0; index < count; index++) {
    out[index].events = events[index].events;
    out[index].descriptor = events[index].data.fd;
  }
  return count;
}

static inline int clinux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

static inline int clinux_inotify(void) { return inotify_init1(IN_NONBLOCK | IN_CLOEXEC); }

static inline int clinux_accept(int listener) {
  return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/// How many CPUs this process may run on; 0 where the kernel does not say.
static inline int clinux_affinity_count(void) {
  cpu_set_t set = {0};
  sched_getaffinity(0, sizeof set, &set);
  return __CPU_COUNT_S(sizeof set, &set);
}

/// Bytes of the heap that are free, resident or not.
static inline size_t clinux_free_heap(void) { return mallinfo2().fordblks; }

/// Gives whole free pages of the heap back to the kernel.
static inline void clinux_trim_heap(void) { malloc_trim(0); }

/// Makes the allocator map each allocation of at least `bytes` bytes separately, and unmap it once it is free.
static inline void clinux_map_allocations(int bytes) { mallopt(M_MMAP_THRESHOLD, bytes); }

static inline int clinux_name_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }
