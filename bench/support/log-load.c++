#include "bench/support/log-load.h"

#include <kj/debug.h>

namespace liggare::bench {

namespace {
constexpr const char* ORIGIN = "bench.liggare.example/1";
}

LogLoad::LogLoad(const std::string& directory) : keys(ORIGIN, systemRandom()), sealer(keys, systemRandom()) {
  createLog(directory);
  auto answer = openLog({directory, ORIGIN, {keys.verifierKey()}}, sealer, Access::WRITE);
  opened = std::move(std::get<OpenedLog>(answer).log);
  secrets = openRocks(directory + "/vault", RocksProfile::VAULT, Mode::CREATE);
  vault = std::make_unique<Vault>(*secrets, keys, systemRandom());
  std::vector<StreamOwner> owners;
  for (size_t i = 0; i < STREAMS + 256; ++i) {
    auto key = drawId<SubjectKey>(systemRandom());
    std::array<SubjectKey, 2> patientAndProvider{key, OPERATOR};
    books.push_back(i < STREAMS ? streamId(StreamKind::JR, patientAndProvider)
                                : bookId(BookKind::PATIENT, std::span(&key, 1)));
    if (i < STREAMS) owners.push_back({books.back(), OPERATOR});
  }
  numbers.resize(books.size());
  vault->ensureStreams(owners);
  payload.resize(PAYLOAD_BYTES);
  systemRandom().fill(payload);
}

LogLoad::Numbered LogLoad::number(size_t events) {
  Numbered numbered{next, std::vector<std::array<Number, LINES>>(events)};
  for (auto& ofEvent : numbered.numbers) {
    for (size_t l = 0; l < LINES; ++l) ofEvent[l] = ++numbers[bookOf(next, l)];
    ++next;
  }
  return numbered;
}

CommitBuilder LogLoad::seal(const Numbered& numbered) {
  static thread_local Buffer sealed, drawn;
  CommitBuilder commit(numbered.first, vault->version());
  drawn.resize(32 + 16 * LINES + 16);
  std::array<Line, LINES> lines;
  PartInput part{PartKind::COMMON, payload};
  for (auto& ofEvent : numbered.numbers) {
    const Position position = commit.next();
    systemRandom().fill(drawn);
    SealRandom random;
    std::copy_n(drawn.begin(), 32, random.begin());
    EntryFields fields;
    fields.recordedAt = static_cast<Micros>(position);
    std::copy_n(drawn.begin() + 32, 16, fields.eventId.bytes.begin());
    fields.commandTag.bytes = fields.eventId.bytes;
    for (size_t l = 0; l < LINES; ++l) {
      lines[l].book = books[bookOf(position, l)];
      lines[l].number = ofEvent[l];
      std::copy_n(drawn.begin() + 48 + static_cast<ptrdiff_t>(16 * l), 16, lines[l].salt.begin());
    }
    auto leaf = vault->leaf(lines[0].book, lines[0].number);
    KJ_REQUIRE(leaf.fault == KeyFault::NONE);
    sealed.clear();
    Hash digest = sealInto(sealed, std::span(&part, 1), leaf.key, random, SealPlace{ORIGIN, fields.eventId});
    commit.add(fields, lines, sealed, digest);
  }
  return commit;
}

}  // namespace liggare::bench
