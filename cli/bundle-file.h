// Bundles as files: which books are asked for, the recorded read that asking is, and the file (verb-bundle, access-log
// --proof, prove --book). Anyone checks them (verb-verify-bundle).
#pragma once

#include "cli/recorded-read.h"
#include "engine/bundle.h"

namespace liggare::cli {

// What the person says of the books that are wanted. Exactly one of the subjects.
struct BundleWords {
  PersonWords person;
  std::string user, unit, owner, commission, region, book;
  bool journal = false, review = false, governance = false;
  ReaderWords reader;
  std::string file, since, policy;
  uint64_t from = 1, to = UINT64_MAX;
};
// All but DIR and the reader.
void bindBundle(VerbForm& form, BundleWords& words);

// Asks, and when the answer lets it through writes the file ("-": standard output), which must not exist. The person is
// told what went wrong; nothing is left behind then.
ExitCode makeBundleFile(const Place& place, BundleWords words);

// The same behind a read of an access log that was just recorded.
struct BundleSubject {
  BundleOrder::Of of = BundleOrder::Of::ACCESS;
  std::string text;  // as people write it
};
ExitCode writeBundle(ReadingRoom& room, const ReadingRoom::Read& read, const BundleSubject& subject,
                     const BundleWords& words);

// A whole file; nothing when it cannot be read, or is larger than a bundle may be.
std::optional<std::string> readSmallFile(const std::string& path);

}  // namespace liggare::cli
