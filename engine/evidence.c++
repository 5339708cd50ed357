#include "engine/evidence.h"

namespace liggare {

namespace {

class Scales {
 public:
  Scales(Log& log, const JournalFile& file, const VerifierKey& key)
      : log(log), file(file), key(key), end(log.durable()), losses(lossesOf(log, file)) {
    out.size = end.size;
  }

  Weighed weigh(std::span<const OfferedEvidence> evidence) {
    for (auto& offered : evidence) {
      if (offered.note && !weighNote(offered)) return std::move(out);
      if (offered.head) weighHead(*offered.head, offered.headOrigin, offered.source, {});
      for (auto& receipt : offered.receipts) weighReceipt(receipt, offered.source);
    }
    return std::move(out);
  }

 private:
  Log& log;
  const JournalFile& file;
  const VerifierKey& key;
  const Head end;
  const std::vector<PastLoss> losses;
  Weighed out;

  void isAnother(std::string why, uint64_t from, uint64_t to) {
    if (out.fault != Weighed::Fault::NONE) return;
    out.fault = Weighed::Fault::OTHER_LOG;
    out.why = std::move(why);
    out.otherFrom = from;
    out.otherTo = to;
  }

  // Any incarnation of this journal may have signed it, also one that this log does not know of.
  bool weighNote(const OfferedEvidence& offered) {
    auto note = parseNote(*offered.note);
    auto said = note ? parseCheckpoint(note->text) : std::nullopt;
    const bool isOurs = said && lossesWhenCalled(file.name(), said->origin);
    if (!isOurs || !openCheckpoint(*offered.note, said->origin, std::array{keyCalled(key, said->origin)})) {
      out.fault = Weighed::Fault::NO_EVIDENCE;
      out.why = offered.source + " är ingen kontrollpunkt som " + file.origin + " har undertecknat";
      return false;
    }
    weighHead(said->head, said->origin, offered.source, *offered.note);
    return true;
  }

  void weighHead(const Head& head, const std::string& origin, const std::string& source, const std::string& note) {
    ++out.held;
    uint64_t shared = end.size;
    for (auto& loss : losses)
      if (loss.origin == origin) {
        shared = loss.lostFrom;  // losses after it begin above it
        if (head.size > shared) return weighLost(loss, head.size, source);
        break;
      }
    if (head.size <= shared && log.rootAt(head.size) != head.root)
      return isAnother(source + " lovar en annan rot vid storlek " + std::to_string(head.size) +
                           " än säkerhetskopian har: det är två olika loggar med samma namn",
                       head.size ? head.size - 1 : 0, head.size);
    if (head.size < out.size || head.size <= end.size) return;
    if (head.size == out.size && out.root && *out.root != head.root)
      return isAnother(source + " och " + out.whose + " lovar olika rötter vid storlek " + std::to_string(head.size),
                       head.size - 1, head.size);
    if (!note.empty()) out.note = note;
    promise(head.size, head.root, source);
  }

  void weighLost(const PastLoss& loss, uint64_t size, const std::string& source) {
    ++out.lost;
    if (size > loss.lostTo)
      isAnother(source + " lovar mer av " + loss.origin + " än det som godtogs som förlorat: storlek " +
                    std::to_string(size) + "; " + lossWords(loss),
                loss.lostTo, size);
  }

  void weighReceipt(const ReceiptShown& receipt, const std::string& source) {
    ++out.held;
    const Position p = receipt.position;
    if (p >= end.size) {
      if (p + 1 > out.size) promise(p + 1, std::nullopt, source);
      return;
    }
    if (log.leafAt(p) == receipt.leaf) return;
    if (lossOver(losses, p)) {  // a receipt does not say of which incarnation it is
      ++out.lost;
      return;
    }
    isAnother(source + " lovar en annan post på position " + std::to_string(p) + " än säkerhetskopian har", p, p + 1);
  }

  void promise(uint64_t size, std::optional<Hash> root, const std::string& source) {
    out.size = size;
    out.root = root;
    out.whose = source;
  }
};

}  // namespace

Weighed weigh(Log& log, const JournalFile& file, const VerifierKey& key, std::span<const OfferedEvidence> evidence) {
  return Scales(log, file, key).weigh(evidence);
}

}  // namespace liggare
