#include "engine/vault/key-tree.h"

#include <kj/debug.h>
#include <bit>

#include "engine/hash/sha256.h"

namespace liggare {
namespace {

constexpr uint8_t FORM_WHOLE = 1;
constexpr uint8_t FORM_COVER = 2;
constexpr unsigned TREES = 64;            // bit lengths 1 … 64
constexpr size_t NODE_SIZE = 1 + 8 + 32;  // height, first, key
constexpr size_t HEAD_SIZE = 1 + 4;       // form, count

unsigned bitLength(Number n) { return unsigned(std::bit_width(n)); }

CoverNode rootNode(const Key& secret, unsigned bits) {
  return {Number(1) << (bits - 1), uint8_t(bits - 1), rootOf(secret, bits)};
}

// Replaces `node` by what is left of it when the sorted `gone` (all inside it) are taken out, left to right.
void split(const CoverNode& node, std::span<const Number> gone, std::vector<CoverNode>& out) {
  if (gone.empty()) {
    out.push_back(node);
    return;
  }
  if (node.height == 0) return;
  const uint8_t below = uint8_t(node.height - 1);
  const Number middle = node.first + (Number(1) << below);
  const auto cut = size_t(std::lower_bound(gone.begin(), gone.end(), middle) - gone.begin());
  split({node.first, below, childOf(node.key, 0)}, gone.first(cut), out);
  split({middle, below, childOf(node.key, 1)}, gone.subspan(cut), out);
}

bool isNode(const CoverNode& node, Number after) {
  if (node.first <= after || node.first == 0 || node.height >= bitLength(node.first)) return false;
  return (node.first & ((Number(1) << node.height) - 1)) == 0;
}

}  // namespace

Key childOf(const Key& node, unsigned bit) {
  const uint8_t side = uint8_t(bit);
  Hash hash = sha256({node, {&side, 1}});
  Key key = Key::from(hash);
  wipe(hash.bytes);
  return key;
}

Key rootOf(const Key& secret, unsigned bits) {
  KJ_ASSERT(bits >= 1 && bits <= TREES, bits);
  const uint8_t length = uint8_t(bits);
  return hashKey(label::ROOT, {secret, {&length, 1}});
}

StreamSecret StreamSecret::whole(const Key& secret) {
  StreamSecret result;
  result.secret = secret;
  return result;
}

std::optional<CoverNode> StreamSecret::nodeAbove(Number n) const {
  KJ_REQUIRE(n >= 1, "numbers in a stream begin at 1");
  if (isWholeSecret) return rootNode(secret, bitLength(n));
  auto after = std::upper_bound(nodes.begin(), nodes.end(), n,
                                [](Number number, const CoverNode& node) { return number < node.first; });
  if (after == nodes.begin() || !(after - 1)->covers(n)) return std::nullopt;
  return *(after - 1);
}

std::optional<Key> StreamSecret::leaf(Number n) const {
  auto node = nodeAbove(n);
  if (!node) return std::nullopt;
  Key key = node->key;
  for (unsigned height = node->height; height > 0; --height) key = childOf(key, (n >> (height - 1)) & 1);
  return key;
}

StreamSecret StreamSecret::puncture(std::span<const Number> numbers) const {
  std::vector<Number> gone(numbers.begin(), numbers.end());
  std::sort(gone.begin(), gone.end());
  KJ_REQUIRE(gone.empty() || gone.front() >= 1, "numbers in a stream begin at 1");
  if (gone.empty()) return *this;
  std::vector<CoverNode> before;
  if (isWholeSecret) {
    for (unsigned bits = 1; bits <= TREES; ++bits) before.push_back(rootNode(secret, bits));
  } else {
    before = nodes;
  }
  StreamSecret result;
  result.isWholeSecret = false;
  for (const auto& node : before) {
    auto from = std::lower_bound(gone.begin(), gone.end(), node.first);
    auto to = std::find_if(from, gone.end(), [&](Number n) { return !node.covers(n); });
    split(node, {from, to}, result.nodes);
  }
  return result;
}

SecretBuffer StreamSecret::serialise() const {
  if (isWholeSecret) {
    SecretBuffer bytes(1 + secret.bytes.size());
    bytes[0] = FORM_WHOLE;
    std::copy(secret.bytes.begin(), secret.bytes.end(), bytes.begin() + 1);
    return bytes;
  }
  SecretBuffer bytes(HEAD_SIZE + nodes.size() * NODE_SIZE);
  bytes[0] = FORM_COVER;
  putBe32(&bytes[1], uint32_t(nodes.size()));
  uint8_t* p = bytes.data() + HEAD_SIZE;
  for (const auto& node : nodes) {
    p[0] = node.height;
    putBe64(p + 1, node.first);
    std::copy(node.key.bytes.begin(), node.key.bytes.end(), p + 9);
    p += NODE_SIZE;
  }
  return bytes;
}

std::optional<StreamSecret> StreamSecret::read(Bytes bytes) {
  if (bytes.size() == 33 && bytes[0] == FORM_WHOLE) return whole(Key::from(bytes.subspan(1)));
  if (bytes.size() < HEAD_SIZE || bytes[0] != FORM_COVER) return std::nullopt;
  const size_t count = getBe32(&bytes[1]);
  if ((bytes.size() - HEAD_SIZE) % NODE_SIZE != 0 || (bytes.size() - HEAD_SIZE) / NODE_SIZE != count)
    return std::nullopt;
  StreamSecret result;
  result.isWholeSecret = false;
  result.nodes.reserve(count);
  Number after = 0;  // the last number the nodes before this one cover
  for (size_t i = 0; i < count; ++i) {
    const Bytes from = bytes.subspan(HEAD_SIZE + i * NODE_SIZE, NODE_SIZE);
    CoverNode node{getBe64(&from[1]), from[0], Key::from(from.subspan(9))};
    if (!isNode(node, after)) return std::nullopt;
    after = node.first + ((Number(1) << node.height) - 1);
    result.nodes.push_back(node);
  }
  return result;
}

std::optional<Key> KeyPath::leaf(Number n) {
  KJ_REQUIRE(n >= 1, "numbers in a stream begin at 1");
  // The shared part of the two paths: everything above the highest bit in which they differ, within one node's numbers.
  const bool isSameTop = last != 0 && !path.empty() && (n >> top) == (last >> top);
  if (!isSameTop) {
    auto node = secret.nodeAbove(n);
    if (!node) return std::nullopt;
    if (secret.isWhole()) ++hashCount;
    path.clear();
    path.push_back(node->key);
    top = node->height;
  } else {
    path.resize(std::min(path.size(), size_t(top - bitLength(n ^ last) + 1)));
  }
  last = n;
  while (path.size() <= top) {
    const unsigned height = top - unsigned(path.size());
    path.push_back(childOf(path.back(), (n >> height) & 1));
    ++hashCount;
  }
  return path.back();
}

}  // namespace liggare
