// libyaml 0.2.5 (Debian bookworm): a text to events, and events to a text.
#pragma once

#include <yaml.h>
