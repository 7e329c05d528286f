#include "crevision.h"

const char *crevision(void) { return RAYMESH_REVISION; }
