// What a SoC is built of: component instances and the wires between them. No volts, no watts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/loader.h"
#include "sim/config/schema.h"

namespace subvolt::soc {

struct Instance {
  std::string name;   // "sram"
  std::string kind;   // "sram"; the instance's name when the file gives none
  config::Node node;  // its configuration without `kind`
};

// "npu.dma" -> "bus"; a memory-mapped target says at which bus address it begins.
struct Connection {
  std::string name;  // of the wire; empty where they are a list
  std::string from;
  std::string to;
  std::optional<std::int64_t> base;
  std::optional<Bytes> size;  // of the address range; a memory's own size when absent
  std::string before;         // name of a wire
  config::SourceLocation location;
  std::string path;
  config::Node origin;  // as written, for errors
  static const config::Schema<Connection>& schema();
};

struct Structure {
  std::string name;
  std::string title;
  std::vector<Instance> instances;      // in file order
  std::vector<Connection> connections;  // in file order, but for those that stand before another
  config::SourceLocation location;
  std::string sha256;
  config::Node origin;  // of the section, for errors
};

// Throws Error(kConfiguration), located: unknown kind, unknown key of a kind, connection without ends.
Structure read_structure(const std::string& name_or_path, const std::vector<config::Override>& overrides = {});

}  // namespace subvolt::soc
