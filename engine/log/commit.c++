#include "engine/log/commit.h"

#include <kj/debug.h>

namespace liggare {

Buffer encodeRowKey(const RowKey& key) {
  Buffer out(ROW_KEY_BYTES);
  putBe64(&out[0], key.last);
  out[8] = uint8_t(key.kind);
  putBe16(&out[9], key.sub);
  return out;
}

std::optional<RowKey> decodeRowKey(Bytes bytes) {
  if (bytes.size() != ROW_KEY_BYTES) return std::nullopt;
  return RowKey{getBe64(bytes.data()), RowKind(bytes[8]), getBe16(&bytes[9])};
}

Buffer seekKey(Position position) {
  Buffer out;
  appendBe64(out, position);
  return out;
}

Buffer encodeCommitHeader(const CommitHeader& header) {
  Buffer out;
  out.reserve(COMMIT_HEADER_BYTES);
  out.push_back(header.format);
  appendBe64(out, header.first);
  appendBe16(out, header.count);
  append(out, header.root);
  appendBe64(out, header.durable.size);
  append(out, header.durable.root);
  appendBe64(out, header.vaultVersion);
  KJ_ASSERT(out.size() == COMMIT_HEADER_BYTES);
  return out;
}

std::optional<CommitHeader> decodeCommitHeader(Bytes bytes) {
  if (bytes.size() != COMMIT_HEADER_BYTES) return std::nullopt;
  CommitHeader out;
  out.format = bytes[0];
  out.first = getBe64(&bytes[1]);
  out.count = getBe16(&bytes[9]);
  std::copy_n(&bytes[11], 32, out.root.bytes.begin());
  out.durable.size = getBe64(&bytes[43]);
  std::copy_n(&bytes[51], 32, out.durable.root.bytes.begin());
  out.vaultVersion = getBe64(&bytes[83]);
  bool sane = out.count >= 1 && out.count <= COMMIT_ENTRIES_MAX && out.first <= UINT64_MAX - out.count &&
              out.durable.size <= out.first;
  if (!sane) return std::nullopt;
  return out;
}

std::optional<std::vector<Bytes>> splitEntries(Bytes value) {
  std::vector<Bytes> out;
  while (!value.empty()) {
    if (value.size() < 2) return std::nullopt;
    size_t length = getBe16(value.data());
    if (value.size() < 2 + length) return std::nullopt;
    out.push_back(value.subspan(2, length));
    value = value.subspan(2 + length);
  }
  return out;
}

std::optional<std::vector<Bytes>> splitSealed(Bytes value) {
  std::vector<Bytes> out;
  while (!value.empty()) {
    if (value.size() < 4) return std::nullopt;
    size_t length = getBe32(value.data());
    if (value.size() - 4 < length || out.size() == SEALED_PER_VALUE) return std::nullopt;
    out.push_back(value.subspan(4, length));
    value = value.subspan(4 + length);
  }
  return out;
}

Buffer joinSealed(std::span<const Buffer> halves) {
  Buffer out;
  for (const Buffer& half : halves) {
    appendBe32(out, uint32_t(half.size()));
    append(out, half);
  }
  return out;
}

std::optional<std::vector<std::vector<StoredLine>>> splitLines(Bytes opened, size_t count) {
  std::vector<std::vector<StoredLine>> out;
  for (size_t i = 0; i < count; ++i) {
    auto lines = takeLines(opened);
    if (!lines) return std::nullopt;
    out.push_back(std::move(*lines));
  }
  if (!opened.empty()) return std::nullopt;
  return out;
}

Buffer joinLines(std::span<const std::vector<StoredLine>> lines) {
  Buffer out;
  for (const auto& ofEntry : lines) appendStoredLines(out, ofEntry);
  return out;
}

CommitBuilder::CommitBuilder(Position first, uint64_t vaultVersion) : firstPosition(first), vaultVersion(vaultVersion) {
  leaves.reserve(16);
}

bool CommitBuilder::hasRoom(size_t moreEntries, size_t moreBytes) const {
  if (empty()) return moreEntries <= COMMIT_ENTRIES_MAX;
  return count() + moreEntries <= COMMIT_ENTRIES_MAX && bytes() + moreBytes <= COMMIT_BYTES_MAX;
}

Hash CommitBuilder::add(EntryFields fields, std::span<const Line> bookLines, Bytes sealedHalf,
                        const Hash& sealedDigest) {
  KJ_REQUIRE(count() < COMMIT_ENTRIES_MAX, "a commit is full");
  KJ_REQUIRE(!bookLines.empty() && bookLines.size() <= UINT16_MAX, "an entry stands in at least one book",
             bookLines.size());
  KJ_REQUIRE(sealedHalf.empty() == (sealedDigest == Hash{}), "a sealed half and its digest go together");
  fields.position = next();
  fields.lineCount = uint16_t(bookLines.size());
  fields.linesRoot = linesRoot(bookLines);
  fields.sealedDigest = sealedDigest;
  size_t at = entries.size();
  entries.resize(at + 2);
  appendEntry(entries, fields);
  appendLines(lines, bookLines);
  addSealed(sealedHalf);
  return finishEntry(at);
}

Hash CommitBuilder::add(const EntryFields& fields, std::span<const Line> bookLines, const SealedHalf& half) {
  return add(fields, bookLines, encodeSealedHalf(half), sealedDigest(half));
}

Hash CommitBuilder::addStored(Bytes entry, std::span<const StoredLine> bookLines, Bytes sealedHalf) {
  KJ_REQUIRE(count() < COMMIT_ENTRIES_MAX, "a commit is full");
  KJ_REQUIRE(entry.size() <= ENTRY_BYTES_MAX && entryPosition(entry) == next(), "not the next entry", next());
  size_t at = entries.size();
  entries.resize(at + 2);
  append(entries, entry);
  appendStoredLines(lines, bookLines);
  addSealed(sealedHalf);
  return finishEntry(at);
}

void CommitBuilder::addSealed(Bytes half) {
  if (count() % SEALED_PER_VALUE == 0) {
    const size_t likely = sealed.empty() ? 0 : sealed.back().size() + sealed.back().size() / 8;
    sealed.emplace_back().reserve(likely);  // the values of one commit are much alike
  }
  appendBe32(sealed.back(), uint32_t(half.size()));
  append(sealed.back(), half);
  sealedBytes += 4 + half.size();
}

Hash CommitBuilder::finishEntry(size_t entryAt) {
  size_t length = entries.size() - entryAt - 2;
  KJ_ASSERT(length <= ENTRY_BYTES_MAX);
  putBe16(&entries[entryAt], uint16_t(length));
  leaves.push_back(leafHash(Bytes(entries).subspan(entryAt + 2)));
  return leaves.back();
}

}  // namespace liggare
