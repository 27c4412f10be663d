#include "models/hw/npu/mac_array.h"

#include <algorithm>
#include <utility>

#include "models/hw/array_styles/int8_array.h"
#include "sim/config/diagnostics.h"

namespace subvolt::hw {
namespace {

using Styles = mapping::ArrayStyles;

// Parts of one name are the same hardware, used by several styles: the largest of them is there.
power::Inventory inventory(const Styles& styles) {
  std::vector<mapping::ArrayPart> parts;
  for (const auto& style : styles) {
    for (mapping::ArrayPart& part : style->parts()) {
      const auto known =
          std::find_if(parts.begin(), parts.end(), [&](const mapping::ArrayPart& p) { return p.name == part.name; });
      if (known == parts.end()) {
        parts.push_back(std::move(part));
      } else if (known->inventory.logic_gates < part.inventory.logic_gates) {
        *known = std::move(part);
      }
    }
  }
  power::Inventory all;
  for (const mapping::ArrayPart& part : parts) {
    all.logic_gates += part.inventory.logic_gates;
    all.flip_flops += part.inventory.flip_flops;
    all.sram_bits += part.inventory.sram_bits;
    all.basis += (all.basis.empty() ? "" : "; ") + part.inventory.basis;
  }
  return all;
}

// Of all styles, each name once.
std::vector<power::EventDeclaration> declarations(const Styles& styles) {
  std::vector<power::EventDeclaration> all;
  for (const auto& style : styles) {
    for (mapping::ArrayEvent& event : style->events()) {
      const auto known = std::find_if(
          all.begin(), all.end(), [&](const power::EventDeclaration& e) { return e.name == event.declaration.name; });
      if (known == all.end()) all.push_back(std::move(event.declaration));
    }
  }
  for (power::EventDeclaration& event : MacArray::own_events()) all.push_back(std::move(event));
  return all;
}

std::int64_t most_multipliers(const Styles& styles) {
  std::int64_t most = 0;
  for (const auto& style : styles) most = std::max(most, style->most_macs_per_cycle());
  return most;
}

std::vector<std::string> style_names() {
  std::vector<std::string> names;
  for (const mapping::ArrayStyleKind* kind : mapping::array_styles()) names.push_back(kind->name);
  return names;
}

std::vector<const config::SchemaBase*> geometries() {
  std::vector<const config::SchemaBase*> all;
  for (const mapping::ArrayStyleKind* kind : mapping::array_styles()) {
    if (std::find(all.begin(), all.end(), kind->geometry) == all.end()) all.push_back(kind->geometry);
  }
  return all;
}

bool has_required_keys(const mapping::ArrayStyleKind& kind, const config::Node& array) {
  const auto fields = kind.geometry->fields();
  return std::all_of(fields.begin(), fields.end(),
                     [&](const config::FieldDoc& f) { return !f.required || array.find(f.key); });
}

// Those that the configuration names; without names all whose size it states.
std::vector<const mapping::ArrayStyleKind*> chosen(const MacArrayConfig& config, const config::Node& array) {
  std::vector<const mapping::ArrayStyleKind*> kinds;
  for (const std::string& name : config.dataflows) {
    if (const mapping::ArrayStyleKind* kind = mapping::find_array_style(name)) kinds.push_back(kind);
  }
  if (!config.dataflows.empty()) return kinds;
  const std::vector<const mapping::ArrayStyleKind*> all = mapping::array_styles();
  std::copy_if(all.begin(), all.end(), std::back_inserter(kinds),
               [&](const mapping::ArrayStyleKind* kind) { return has_required_keys(*kind, array); });
  return kinds.empty() ? all : kinds;
}

void check_dataflows(const MacArrayConfig& config, const config::Node& node, config::Diagnostics& diagnostics) {
  const std::vector<std::string> known = style_names();
  for (std::size_t i = 0; i < config.dataflows.size(); ++i) {
    const std::string& name = config.dataflows[i];
    const config::Node& item = node.find("dataflows")->items()[i];
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      diagnostics.error(item, "unknown dataflow \"" + name + "\"" + config::did_you_mean(name, known) +
                                  "; registered are " + (known.empty() ? "none" : config::listed(known)));
    } else if (std::find(config.dataflows.begin(), config.dataflows.begin() + static_cast<std::ptrdiff_t>(i), name) !=
               config.dataflows.begin() + static_cast<std::ptrdiff_t>(i)) {
      diagnostics.error(item, "dataflow \"" + name + "\" is listed twice");
    }
  }
  const config::Node* listed = node.find("dataflows");
  if (listed && listed->items().empty()) {
    diagnostics.error(
        *listed, "expected at least one dataflow of " + config::listed(known) + "; leave the key out to have them all");
  }
}

// Each mistake once, whichever styles find it. Also in the keys of those that are not chosen and could be.
void check_geometries(const MacArrayConfig& config, const config::Node& node, config::Diagnostics& diagnostics) {
  std::vector<std::string> found;
  std::vector<const config::SchemaBase*> asked;
  std::vector<const mapping::ArrayStyleKind*> kinds = chosen(config, node);
  for (const mapping::ArrayStyleKind* kind : mapping::array_styles()) {
    if (has_required_keys(*kind, node)) kinds.push_back(kind);
  }
  for (const mapping::ArrayStyleKind* kind : kinds) {
    if (std::find(asked.begin(), asked.end(), kind->geometry) != asked.end()) continue;
    asked.push_back(kind->geometry);
    config::Diagnostics own;
    mapping::make_array_styles(*kind, node, own);
    for (const config::Diagnostic& d : own.errors()) {
      if (std::find(found.begin(), found.end(), d.text()) != found.end()) continue;
      found.push_back(d.text());
      diagnostics.error(d.location, d.path, d.message);
    }
  }
}

// splitmix64 (Steele, Lea, Flood, OOPSLA 2014): small, and the same everywhere.
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

// Of as many bits as the format has.
template <class T>
std::vector<T> random_operands(std::int64_t n, std::int64_t bits, std::uint64_t& state) {
  const std::int64_t values = std::int64_t{1} << std::min<std::int64_t>(bits, 8);
  std::vector<T> all(static_cast<std::size_t>(n));
  for (T& v : all) v = static_cast<T>(static_cast<std::int64_t>(next_random(state) & 0xff) % values - values / 2);
  return all;
}

}  // namespace

const config::Schema<MacArrayConfig>& MacArrayConfig::schema() {
  static const auto schema =
      config::Schema<MacArrayConfig>("mac_array", "Two-dimensional array of int8 multiply-accumulate units.")
          .with_any_of(geometries)
          .optional("dataflows", &MacArrayConfig::dataflows,
                    "Array styles that it can run; all registered ones when left out.")
          .check(check_dataflows)
          .check(check_geometries)
          .settle([](MacArrayConfig& config, const config::Node& node) {
            config::Diagnostics none;  // the checks have found no mistake
            for (const mapping::ArrayStyleKind* kind : chosen(config, node)) {
              for (auto& style : mapping::make_array_styles(*kind, node, none))
                config.styles.push_back(std::move(style));
            }
          });
  return schema;
}

std::vector<power::EventDeclaration> MacArray::events() {
  std::vector<power::EventDeclaration> all;
  for (mapping::ArrayEvent& event : Int8Array::int8_events()) all.push_back(std::move(event.declaration));
  for (power::EventDeclaration& event : own_events()) all.push_back(std::move(event));
  return all;
}

std::vector<power::EventDeclaration> MacArray::own_events() {
  power::EventDeclaration idle{"idle_macs",
                               "",
                               power::Cause::kSwitching,
                               "A multiplier without work in a cycle in which others multiply.",
                               {},
                               power::EventRole::kIdleMac};
  idle.loss = {"edges", "Multipliers have nothing to multiply while others do: tiles do not fill the array.",
               "Another unrolling or dataflow, or an array whose sides divide the layer's channels and pixels."};
  power::EventDeclaration starved{"starved_cycles",
                                  "",
                                  power::Cause::kSwitching,
                                  "A cycle that a tile takes longer because a buffer is too slow.",
                                  {},
                                  power::EventRole::kNone,
                                  1};
  starved.loss = {"buffers", "A buffer gives or takes fewer bytes per cycle than the array would use.",
                  "More banks or wider words of that buffer."};
  return {idle, starved};
}

MacArray::MacArray(sc_core::sc_module_name name, const MacArrayConfig& config, kernel::Environment& environment,
                   SramBuffer& input, SramBuffer& weight, SramBuffer& output)
    : TimedUnit(name, environment, {"mac_array", "", inventory(config.styles), declarations(config.styles)},
                mapping::Engine::kCompute),
      styles_(config.styles),
      input_(input),
      weight_(weight),
      output_(output),
      multipliers_(most_multipliers(config.styles)) {
  const std::vector<power::EventDeclaration> declared = declarations(styles_);
  const auto number_of = [&](const std::string& event) {
    return static_cast<int>(std::find_if(declared.begin(), declared.end(),
                                         [&](const power::EventDeclaration& e) { return e.name == event; }) -
                            declared.begin());
  };
  const std::vector<power::EventDeclaration> own = own_events();
  idle_macs_ = number_of(own[0].name);
  starved_cycles_ = number_of(own[1].name);
  for (const auto& style : styles_) {
    counted_.emplace_back();
    for (const mapping::ArrayEvent& event : style->events()) {
      const power::EventDeclaration& declaration = event.declaration;
      const bool one_of_them =
          declaration.role == power::EventRole::kMac || declaration.role == power::EventRole::kIdleMac;
      const std::int64_t multipliers = one_of_them ? 1 : declaration.loss.cause.empty() ? 0 : multipliers_;
      counted_.back().push_back({number_of(declaration.name), event.count, multipliers});
    }
  }
}

void MacArray::start(std::int32_t command, const mapping::Command& what, int task) {
  const auto& compute = std::get<mapping::Compute>(what.what);
  const std::size_t style = index_of(compute);
  const mapping::TileActivity a = activity(style, compute.tile);
  const Picoseconds begin = std::max({ready_at(), input_.open(), weight_.open(), output_.open()});
  const mapping::BufferRates rates{input_.bytes_per_cycle(), weight_.bytes_per_cycle(), output_.bytes_per_cycle()};
  const Cycles cycles = rates.cycles(a);
  const std::int64_t end = occupy(command, begin, cycles);
  std::int64_t idle = a.cycles.value() * multipliers_;
  for (const Counted& counted : counted_[style]) {
    const std::int64_t count = counted.count(a);
    idle -= count * counted.multipliers;
    spread(counted.event, count, begin, end, task);
  }
  spread(idle_macs_, idle, begin, end, task);
  spread(starved_cycles_, (cycles - a.cycles).value(), begin, end, task);
  input_.read(a.input_bytes_read, begin, end, task);
  weight_.read(a.weight_bytes_read, begin, end, task);
  output_.read(a.psum_bytes_read, begin, end, task);
  output_.write(a.psum_bytes_written, begin, end, task);
}

void MacArray::finish() {
  input_.close();
  weight_.close();
  output_.close();
}

// Programs made elsewhere know the style by its name only.
std::size_t MacArray::index_of(const mapping::Compute& compute) const {
  const std::string wanted = compute.style ? compute.style->name() : "(none)";
  for (std::size_t i = 0; i < styles_.size(); ++i) {
    if (styles_[i].get() == compute.style || styles_[i]->name() == wanted) return i;
  }
  throw Error(ErrorKind::kInternal,
              instance() + ": a compute command wants the dataflow " + wanted + ", which this array does not have");
}

mapping::TileActivity MacArray::activity(std::size_t style, const mapping::Tile& tile) {
  if (environment().fidelity() == kernel::Fidelity::kCycle) return reference_activity(*styles_[style], tile);
  const std::pair<std::size_t, mapping::Tile> key{style, tile};
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  return known_.emplace(key, styles_[style]->timing(tile)).first->second;
}

mapping::TileActivity MacArray::reference_activity(const mapping::ArrayStyle& style, const mapping::Tile& tile) {
  const mapping::TileWork w = tile.as_product();
  mapping::TileOperands operands;
  operands.inputs = random_operands<std::int8_t>(w.groups * w.pixels * w.reduction, tile.input.bits(), random_);
  operands.weights = random_operands<std::int8_t>(w.groups * w.reduction * w.channels, tile.weight.bits(), random_);
  if (w.accumulate) {
    operands.partial_sums = random_operands<std::int32_t>(w.groups * w.pixels * w.channels, 8, random_);
  }
  const auto reference = style.reference(tile, std::move(operands));
  while (!reference->done()) reference->tick();
  return reference->activity();
}

}  // namespace subvolt::hw
