@0xb7e1c0a94d52f301;
# The entry: the small record that is hashed, public to accredited auditors, and never rewritten.
#
#   leaf = SHA-256(0x00 ‖ canonical bytes of Entry, without segment table)
#
# No names, no kinds, no people. Outside the `engine` union there is no list and no text, so that an entry has one size and
# one form: digests and ids stand as words whose bytes in memory are the bytes of the digest. Byte-final: docs/format.md.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("liggare::schema");

struct Entry {
  format      @0 :UInt16;      # 0 until the log issue closes
  lineCount   @1 :UInt16;      # how many books this entry stands in, 1 … 65535
  position    @2 :UInt64;      # dense from 0 in commit order
  recordedAt  @3 :Int64;       # µs UTC, set by the server, never decreasing
  eventId0    @4 :UInt64;      # UUIDv7 drawn by the server, its 16 bytes in memory order
  eventId1    @5 :UInt64;
  commandTag0 @6 :UInt64;      # SHA-256(client ‖ 0x00 ‖ command id) cut to 16 bytes; zero for an engine entry
  commandTag1 @7 :UInt64;
  linesRoot0  @8 :UInt64;      # RFC 6962 root over the line digests
  linesRoot1  @9 :UInt64;
  linesRoot2  @10 :UInt64;
  linesRoot3  @11 :UInt64;
  sealed0     @12 :UInt64;     # H("sealed" ‖ header ‖ root of the part digests); zero when nothing is sealed
  sealed1     @13 :UInt64;
  sealed2     @14 :UInt64;
  sealed3     @15 :UInt64;

  engine :union {
    none          @16 :Void;             # an event of the law; everything about it is sealed
    genesis       @17 :Genesis;          # entry 0
    closing       @18 :Closing;
    destroyed     @19 :Destroyed;
    keyChange     @20 :KeyChange;
    ruleSetChange @21 :RuleSetChange;
    incarnation   @22 :Incarnation;
  }
}

struct Genesis {
  origin        @0 :Text;     # the log's name, first line of every checkpoint
  verifierKey   @1 :Text;     # C2SP vkey of the checkpoint signer
  keySetDigest  @2 :Data;     # SHA-256 of the key holder's public description
  ruleSetDigest @3 :Data;     # SHA-256 of the rule sets this engine ships
  demo          @4 :Bool;     # the clock came from the commands; for ever
}

struct Closing {              # bokslut: commits to every book at a position
  root            @0 :Data;
  coveredSize     @1 :UInt64;
  previousClosing @2 :UInt64; # position of the previous closing, or of genesis
}

struct Destroyed {            # whose ciphertexts are gone by decision; anything else missing is damage
  positions @0 :List(UInt64);
  decision  @1 :UInt64;       # position of the event that decided it
}

struct KeyChange {
  verifierKey @0 :Text;       # the new checkpoint key; empty when only an epoch changed
  owner       @1 :Data;       # subject key of the key owner, 16 bytes
  epoch       @2 :UInt32;
  signature   @3 :Data;       # by the old key over the new
}

struct RuleSetChange {
  version   @0 :UInt16;
  digest    @1 :Data;
  validFrom @2 :Int64;
}

struct Incarnation {          # a loss was accepted: the surviving entries go on under a new origin
  origin        @0 :Text;
  oldCheckpoint @1 :Text;
  lostFrom      @2 :UInt64;
  lostTo        @3 :UInt64;
  signatures    @4 :List(Data);
}
