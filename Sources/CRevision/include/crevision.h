// Which revision the program was built from, as `Package.swift` was told.
#pragma once

/// The git revision, such as `5e3a9cb`, or an empty string if the build was not told.
const char *crevision(void);
