#include "tests/support/disk-trace.h"

#include <kj/debug.h>

#include <filesystem>
#include <fstream>

namespace liggare::test {

namespace fs = std::filesystem;

namespace {

void appendText(Buffer& to, std::string_view text) {
  appendBe64(to, text.size());
  append(to, asBytes(text));
}

class TraceReader {
 public:
  explicit TraceReader(Bytes all) : rest(all) {}
  uint64_t number() {
    uint64_t out = getBe64(take(8).data());
    return out;
  }
  std::string text() {
    uint64_t size = number();
    return std::string(asText(take(size)));
  }

 private:
  Bytes rest;
  Bytes take(size_t count) {
    KJ_REQUIRE(count <= rest.size(), "a trace cut short");
    Bytes out = rest.first(count);
    rest = rest.subspan(count);
    return out;
  }
};

std::string readAll(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

void DiskTrace::save(const std::string& file) const {
  Buffer out;
  appendBe64(out, before.size());
  for (auto& [path, content] : before) {
    appendText(out, path);
    appendText(out, content);
  }
  appendBe64(out, ops.size());
  for (auto& op : ops) {
    appendBe64(out, uint64_t(op.kind));
    appendBe64(out, op.node);
    appendBe64(out, op.at);
    appendText(out, op.path);
    appendText(out, asText(op.bytes));
  }
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(out.data()), std::streamsize(out.size()));
}

DiskTrace DiskTrace::load(const std::string& file) {
  std::string all = readAll(file);
  TraceReader in(asBytes(all));
  DiskTrace out;
  for (uint64_t left = in.number(); left > 0; --left) {
    std::string path = in.text();
    out.before[path] = in.text();
  }
  for (uint64_t left = in.number(); left > 0; --left) {
    DiskOp op;
    op.kind = DiskOp::Kind(in.number());
    op.node = uint32_t(in.number());
    op.at = in.number();
    op.path = in.text();
    std::string bytes = in.text();
    op.bytes.assign(bytes.begin(), bytes.end());
    out.ops.push_back(std::move(op));
  }
  return out;
}

DiskTree readTree(const std::string& directory) {
  DiskTree out;
  for (auto& entry : fs::recursive_directory_iterator(directory)) {
    std::string path = fs::relative(entry.path(), directory);
    if (entry.is_directory())
      out[path + "/"] = {};
    else
      out[path] = readAll(entry.path());
  }
  return out;
}

void writeTree(const DiskTree& tree, const std::string& directory) {
  fs::remove_all(directory);
  fs::create_directories(directory);
  for (auto& [path, content] : tree) {
    std::string place = directory + "/" + path;
    if (path.ends_with('/')) {
      fs::create_directories(place);
      continue;
    }
    std::ofstream(place, std::ios::binary).write(content.data(), std::streamsize(content.size()));
    fs::permissions(place, fs::perms::owner_read | fs::perms::owner_write);  // a key file is believed in no other mode
  }
}

}  // namespace liggare::test
