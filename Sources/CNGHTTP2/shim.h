// nghttp2 1.52 (Debian bookworm): frames in, frames out, no I/O of its own.
#pragma once

#include <nghttp2/nghttp2.h>
