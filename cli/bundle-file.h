// Bundles as files: made after a recorded read (verb-bundle, access-log --proof), checked by anyone
// (verb-verify-bundle).
#pragma once

#include "cli/recorded-read.h"
#include "engine/bundle.h"

namespace liggare::cli {

// Fetches the bundle and writes it to `file` ("-": standard output), which must not exist. The person is told what went
// wrong; nothing is left behind then.
ExitCode writeBundle(Journal& journal, const BundleOrder& order, const std::string& file);

// What the reader of these words may have of a patient's access log.
BundleOrder accessLogOrder(const SubjectKey& patient, const ReaderWords& words);

// A whole file; nothing when it cannot be read, or is larger than a bundle may be.
std::optional<std::string> readSmallFile(const std::string& path);

}  // namespace liggare::cli
