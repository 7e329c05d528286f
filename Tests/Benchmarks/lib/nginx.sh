# shellcheck shell=bash disable=SC2154
# nginx as the mark to reach: the same TLS and HTTP, and a reply of the same size that costs nothing to make.

# Keeps the reply that nginx gives: raymesh's own, or if raymesh is not measured one about as long.
canned_reply() {
  if uses raymesh; then
    cat "$directory/raymesh.reply"
    return
  fi
  printf '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"%s","allowed":true,' \
    3f1d0a52-7c4e-4b8f-9a36-5d2e8b7c1f04
  printf '"patch":"%s","patchType":"JSONPatch"}}' "$(head -c 1800 /dev/zero | base64 -w 0)"
}

# nginx reads no parameter above 4096 bytes, so the reply comes in pieces; `$`, quotes and backslashes, which mean
# something to nginx, become `_`: only the length counts.
nginx_reply() {
  local text pieces='' offset LC_ALL=C
  text=$(canned_reply | tr "\$'\\\\\n" ____)
  for ((offset = 0; offset < ${#text}; offset += 2000)); do
    printf "set \$piece%d '%s';\n" "$offset" "${text:offset:2000}"
    pieces+="\$piece$offset"
  done
  printf 'return 200 %s;\n' "$pieces"
}

nginx_configuration() {
  cat <<END
daemon off;
worker_processes $threads;
error_log stderr warn;
pid nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  default_type application/json;
  keepalive_requests 1000000000;
  client_max_body_size 16m;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server {
    listen 127.0.0.1:$1 ssl http2;
    ssl_certificate $directory/certificates/tls.crt;
    ssl_certificate_key $directory/certificates/tls.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    location = /mutate {
      $(nginx_reply)
    }
  }
}
END
}
