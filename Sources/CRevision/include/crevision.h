// Which revision the program was built from, as `Package.swift` was told.
#pragma once

/// Such as `5e3a9cb`; empty where nobody said.
const char *crevision(void);
