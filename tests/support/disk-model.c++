#include "tests/support/disk-model.h"

#include <kj/debug.h>

#include <set>

namespace liggare::test {

namespace {
constexpr size_t SECTOR = 512;
constexpr uint32_t ROOT = 0;
}  // namespace

SimulatedDisk::SimulatedDisk(const DiskTree& before) {
  addNode(ROOT, true);
  uint32_t next = 1;
  for (auto& [path, content] : before) {
    bool directory = path.ends_with('/');
    auto where = place(directory ? path.substr(0, path.size() - 1) : path);
    KJ_REQUIRE(where.has_value(), "a file before its directory", path);
    addNode(next, directory);
    nodes[next].durable = content;
    currentNames[*where] = durableNames[*where] = next++;
  }
}

uint32_t SimulatedDisk::addNode(uint32_t number, bool directory) {
  if (nodes.size() <= number) nodes.resize(number + 1);
  nodes[number].directory = directory;
  return number;
}

std::optional<SimulatedDisk::Place> SimulatedDisk::place(const std::string& path) const {
  uint32_t directory = ROOT;
  size_t from = 0;
  for (size_t slash; (slash = path.find('/', from)) != std::string::npos; from = slash + 1) {
    auto found = currentNames.find({directory, path.substr(from, slash - from)});
    if (found == currentNames.end()) return std::nullopt;
    directory = found->second;
  }
  return Place{directory, path.substr(from)};
}

std::optional<uint32_t> SimulatedDisk::find(const std::string& path) const {
  if (path.empty()) return ROOT;
  auto where = place(path);
  if (!where) return std::nullopt;
  auto found = currentNames.find(*where);
  if (found == currentNames.end()) return std::nullopt;
  return found->second;
}

void SimulatedDisk::apply(const DiskOp& op) {
  using Kind = DiskOp::Kind;
  switch (op.kind) {
    case Kind::CREATE:
    case Kind::MAKE_DIR:
      changeName({done, std::nullopt, place(op.path), addNode(op.node, op.kind == Kind::MAKE_DIR)});
      break;
    case Kind::LINK: changeName({done, std::nullopt, place(op.path), op.node}); break;
    case Kind::REMOVE: changeName({done, place(op.path), std::nullopt, 0}); break;
    case Kind::RENAME: changeName({done, place(op.path), place(op.target()), find(op.path).value()}); break;
    case Kind::WRITE: nodes[op.node].pending.push_back({done, false, op.at, op.bytes}); break;
    case Kind::CUT: nodes[op.node].pending.push_back({done, true, op.at, {}}); break;
    case Kind::SYNC_END: harden(op.node, op.at); break;
    case Kind::SYNC_FAILED: doom(op.node, op.at); break;
    case Kind::SYNC_BEGIN:
    case Kind::MARK: break;
  }
  ++done;
}

void SimulatedDisk::changeName(NameChange change) {
  if (change.gone) currentNames.erase(*change.gone);
  if (change.come) currentNames[*change.come] = change.node;
  pendingNames.push_back(std::move(change));
}

void SimulatedDisk::harden(uint32_t number, uint64_t begun) {
  if (number == DiskOp::EVERYTHING) {
    for (uint32_t each = 0; each < nodes.size(); ++each) harden(each, begun);
    return;
  }
  Node& node = nodes[number];
  std::vector<Change> left;
  for (auto& c : node.pending) {
    if (c.index < begun && !c.doomed)
      change(node.durable, c, c.bytes.size());
    else
      left.push_back(c);
  }
  // What failed before and was written over since is nobody's concern any more.
  std::erase_if(left, [&](const Change& old) {
    return old.doomed && std::any_of(node.pending.begin(), node.pending.end(), [&](const Change& c) {
             bool hardened = c.index < begun && !c.doomed && c.index > old.index;
             return hardened && c.at < old.at + old.bytes.size() && old.at < c.at + c.bytes.size();
           });
  });
  node.pending = std::move(left);
  if (node.directory) hardenNames(number, begun);
}

// A name that moved between directories takes with it what was done to names there before: no file system forgets the
// making of a file and remembers its moving.
void SimulatedDisk::hardenNames(uint32_t directory, uint64_t begun) {
  std::set<uint32_t> with{directory};
  std::vector<NameChange> now, later;
  for (auto c = pendingNames.rbegin(); c != pendingNames.rend(); ++c) {
    bool here = (c->gone && with.contains(c->gone->first)) || (c->come && with.contains(c->come->first));
    bool hardens = here && c->index < begun && !c->doomed;
    if (hardens && c->gone) with.insert(c->gone->first);
    if (hardens && c->come) with.insert(c->come->first);
    (hardens ? now : later).push_back(std::move(*c));
  }
  for (auto c = now.rbegin(); c != now.rend(); ++c) {
    if (c->gone) durableNames.erase(*c->gone);
    if (c->come) durableNames[*c->come] = c->node;
    std::erase_if(later, [&](const NameChange& old) {  // a name that failed and has been given anew
      bool same = (old.come && (old.come == c->come || old.come == c->gone)) || (old.gone && old.gone == c->come);
      return old.doomed && old.index < c->index && same;
    });
  }
  pendingNames.assign(std::make_move_iterator(later.rbegin()), std::make_move_iterator(later.rend()));
}

void SimulatedDisk::doom(uint32_t number, uint64_t begun) {
  if (number == DiskOp::EVERYTHING) {
    for (uint32_t each = 0; each < nodes.size(); ++each) doom(each, begun);
    return;
  }
  for (auto& c : nodes[number].pending) c.doomed = c.doomed || c.index < begun;
  for (auto& c : pendingNames) {
    bool here = (c.gone && c.gone->first == number) || (c.come && c.come->first == number);
    c.doomed = c.doomed || (here && c.index < begun);
  }
}

// The first `bytes` of a write; all of a cut.
void SimulatedDisk::change(std::string& content, const Change& c, size_t bytes) {
  if (c.cut) {
    content.resize(c.at, '\0');
  } else if (bytes > 0) {
    if (content.size() < c.at + bytes) content.resize(c.at + bytes, '\0');
    std::copy_n(c.bytes.begin(), bytes, content.begin() + ptrdiff_t(c.at));
  }
}

// The operation at which M1 stops: one of those that are not durable, or past all of them.
uint64_t SimulatedDisk::drawCut(SeededRandom& random) const {
  std::set<uint64_t> open;
  for (auto& node : nodes)
    for (auto& c : node.pending) open.insert(c.index);
  for (auto& c : pendingNames) open.insert(c.index);
  if (open.empty()) return done;
  return *std::next(open.begin(), ptrdiff_t(random.below(open.size())));
}

SimulatedDisk::Names SimulatedDisk::namesAfter(DiskModel model, SeededRandom& random, uint64_t cut) const {
  Names out = durableNames;
  if (model == DiskModel::M0) return out;
  bool keepsAll = model == DiskModel::M2 || model == DiskModel::M3 || model == DiskModel::M5;
  if (keepsAll) return currentNames;
  std::map<uint32_t, uint64_t> kept;  // M4: by directory, names changed before this index
  auto keeps = [&](const NameChange& c) {
    if (model == DiskModel::M1) return c.index < cut;
    auto [at, fresh] = kept.try_emplace(c.gone ? c.gone->first : c.come->first, 0);
    if (fresh) at->second = random.below(3) == 0 ? random.below(done + 1) : random.below(2) * (done + 1);
    return c.index < at->second;
  };
  for (auto& c : pendingNames) {
    if (!keeps(c)) continue;
    if (c.gone) out.erase(*c.gone);
    if (c.come) out[*c.come] = c.node;
  }
  return out;
}

std::string SimulatedDisk::prefix(const Node& node, SeededRandom& random, uint64_t cut) {
  std::string out = node.durable;
  for (auto& c : node.pending) {
    if (c.index > cut) break;
    change(out, c, c.index < cut || c.bytes.empty() ? c.bytes.size() : random.below(c.bytes.size()));
  }
  return out;
}

std::string SimulatedDisk::garbled(const Node& node, SeededRandom& random, bool zeros) {
  std::string out = node.durable;
  for (auto& c : node.pending) {
    Change garbage = c;
    if (zeros)
      std::fill(garbage.bytes.begin(), garbage.bytes.end(), uint8_t(0));
    else
      random.fill(garbage.bytes);
    change(out, garbage, garbage.bytes.size());
  }
  return out;
}

std::string SimulatedDisk::mixed(const Node& node, SeededRandom& random) {
  std::string full = node.durable;
  std::set<size_t> touched;
  for (auto& c : node.pending) {
    change(full, c, c.bytes.size());
    for (uint64_t at = c.at / SECTOR; !c.cut && at * SECTOR < c.at + c.bytes.size(); ++at) touched.insert(at);
  }
  std::string old = node.durable;
  old.resize(full.size(), '\0');
  for (size_t sector : touched) {
    size_t from = sector * SECTOR;
    if (from >= full.size() || random.below(2) == 0) continue;
    full.replace(from, SECTOR, old, from, SECTOR);
  }
  return full;
}

std::string SimulatedDisk::contentAfter(const Node& node, DiskModel model, SeededRandom& random, uint64_t cut) const {
  if (node.pending.empty()) return node.durable;
  switch (model) {
    case DiskModel::M0: return node.durable;
    case DiskModel::M1: return prefix(node, random, cut);
    case DiskModel::M2: return prefix(node, random, done);
    case DiskModel::M3: return garbled(node, random, random.below(2) == 0);
    case DiskModel::M4: return random.below(2) == 0 ? node.durable : prefix(node, random, done);
    case DiskModel::M5: return mixed(node, random);
  }
  KJ_UNREACHABLE;
}

DiskTree SimulatedDisk::after(DiskModel model, uint64_t seed) const {
  SeededRandom random(seed);
  uint64_t cut = drawCut(random);
  Names names = namesAfter(model, random, cut);
  std::vector<std::optional<std::string>> contents(nodes.size());
  DiskTree out;
  std::function<void(uint32_t, const std::string&)> gather = [&](uint32_t directory, const std::string& path) {
    for (auto at = names.lower_bound({directory, ""}); at != names.end() && at->first.first == directory; ++at) {
      uint32_t number = at->second;
      const Node& node = nodes[number];
      std::string name = path + at->first.second;
      if (node.directory) {
        out[name + "/"] = {};
        gather(number, name + "/");
      } else {
        if (!contents[number]) contents[number] = contentAfter(node, model, random, cut);  // one file, several names
        out[name] = *contents[number];
      }
    }
  };
  gather(ROOT, "");
  return out;
}

}  // namespace liggare::test
