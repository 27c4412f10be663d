#include "sim/report/layer_explanation.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/diagnostics.h"
#include "sim/report/roofline.h"
#include "sim/report/tables/text_table.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

constexpr std::size_t kLayerLabel = 14;
constexpr std::size_t kShareBar = 30;
constexpr std::size_t kMostShown = 5;
// Of a layer's cycles: what is less is not worth a remedy.
constexpr double kWorthNaming = 0.05;
// Bytes moved over bytes of its tensors: beyond that the layer moves some of them more than once.
constexpr double kMovedAgain = 1.05;
// Of the lower roof: from there on that is what bounds the layer, below it what it loses is.
constexpr double kNearRoof = 0.8;
// Of the cycles lost to transfers: where a faster way saves less of them, it is not what helps.
constexpr double kWorthRate = 0.5;

std::string text_in(const Json& json, const char* key) { return printable(json.at(key).get<std::string>()); }

std::string labelled(const std::string& label, const std::string& text) {
  return report::labelled(label, words_of(text), kLayerLabel);
}

std::string counted(std::int64_t n, const std::string& what) { return grouped(n) + " " + what + (n == 1 ? "" : "s"); }

struct Found {
  std::size_t index = 0;
  const Json* layer = nullptr;
};

Found find_layer(const Json& result, const std::string& wanted) {
  const Json& layers = result.at("layers");
  std::vector<std::string> names;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    names.push_back(layers[l].at("name"));
    if (names.back() == wanted) return {l, &layers[l]};
  }
  const bool number = !wanted.empty() && wanted.size() < 10 &&
                      std::all_of(wanted.begin(), wanted.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (number && std::stoul(wanted) < layers.size()) return {std::stoul(wanted), &layers[std::stoul(wanted)]};
  const std::string all =
      layers.empty() ? "the result has none"
                     : "expected a name, as in layers.csv, or an index from 0 to " + std::to_string(layers.size() - 1);
  throw Error(ErrorKind::kConfiguration,
              "--layer: no layer \"" + wanted + "\" in the result" + config::did_you_mean(wanted, names) + ": " + all);
}

// What is declared of a cause by the accelerator that ran the layer.
Json declared(const Json& result, const Json& layer, const std::string& cause) {
  for (const Json& accelerator : result.value("accelerators", Json::array())) {
    if (accelerator.at("name") != layer.value("runner", "")) continue;
    const Json losses = accelerator.value("losses", Json::object());
    if (losses.contains(cause)) return losses.at(cause);
  }
  return Json::object();
}

// The largest of the lost cycles, if any is lost.
std::string largest_loss(const Json& layer) {
  std::string largest;
  std::int64_t most = 0;
  const Json lost = layer.value("lost_cycles", Json::object());
  for (const auto& [cause, cycles] : lost.items()) {
    if (cycles.get<std::int64_t>() <= most) continue;
    most = cycles;
    largest = cause;
  }
  return largest;
}

std::string bytes_text(std::int64_t bytes) { return to_text(Bytes(bytes)); }

// What would help where bytes are late: as far as they tell, whether it is rate, or waiting for the first of them.
// lost: cycles that they were waited for.
std::string advice_for_transfers(const Json& layer, std::int64_t lost, const std::string& remedy) {
  if (!layer.contains("roofline")) return remedy;
  const Json& roof = layer.at("roofline");
  const std::int64_t needed = roof.at("transfer_cycles"), moved = roof.at("moved_B"), once = roof.at("tensor_B");
  const std::int64_t busy = layer.at("ideal_cycles");
  if (needed <= busy) {
    return fmt::format(
        "Its bytes need {} cycles at least, and the array {}: not the rate is missing, they come at the "
        "wrong time. {}",
        grouped(needed), grouped(busy), remedy);
  }
  // No more than this can be won from the rate.
  if (static_cast<double>(needed - busy) < kWorthRate * static_cast<double>(lost)) {
    return fmt::format("{} takes {} cycles for its bytes, and a full array {}: a faster one saves {} at most. {}",
                       roof.at("transfer_limit").get<std::string>(), grouped(needed), grouped(busy),
                       grouped(needed - busy), remedy);
  }
  std::string text = fmt::format("{} takes {} cycles for its bytes, and a full array {}: a faster one helps.",
                                 roof.at("transfer_limit").get<std::string>(), grouped(needed), grouped(busy));
  if (static_cast<double>(moved) > kMovedAgain * static_cast<double>(once)) {
    return text +
           fmt::format(" So do larger buffers: it moves {} for tensors of {}.", bytes_text(moved), bytes_text(once));
  }
  text += " Larger buffers do not: it moves each byte once.";
  for (const auto& [name, memory] : roof.at("memories").items()) {
    if (name != roof.at("transfer_limit") || !memory.value("off_chip", false)) continue;
    text += fmt::format(" Tensors that live on chip would help: {} pass {}.", bytes_text(memory.at("bytes")), name);
  }
  return text;
}

std::string advice_for(const Json& layer, const std::string& cause, const Json& loss) {
  const std::string remedy = loss.value("remedy", "");
  if (loss.value("transfers", false)) return advice_for_transfers(layer, layer.at("lost_cycles").at(cause), remedy);
  if (loss.value("unit", "") != "multipliers" || !layer.contains("roofline")) return remedy;
  const double macs = layer.at("macs"), peak = layer.at("roofline").at("macs_per_cycle").at("compute");
  const double steps = layer.at("ideal_cycles").get<double>() + layer.at("lost_cycles").at(cause).get<double>();
  return fmt::format("While the array multiplies, {:.3g} of its {:.0f} multipliers work on average. {}",
                     std::min(peak, macs / std::max(steps, 1.0)), peak, remedy);
}

std::string layer_heading(const Json& result, const Found& found) {
  const Json& l = *found.layer;
  const Json& point = result.at("design_point");
  const std::string who = l.contains("runner") ? " on " + text_in(l, "runner") : "";
  const std::string where =
      fmt::format("layer {} from 0 to {} of {} on {}, {}", found.index, result.at("layers").size() - 1,
                  printable(l.value("network", point.at("network").get<std::string>())), text_in(point, "soc"),
                  text_in(point, "operating_point"));
  return card_heading(text_in(l, "name") + ", " + text_in(l, "op") + who, where);
}

std::string tensor_places(const Json& layer) {
  std::string text;
  const Json memories = layer.value("memory", Json::object());
  for (const auto& [tensor, memory] : memories.items()) {
    text += (text.empty() ? "" : ", ") + tensor + " in " + printable(memory.get<std::string>());
  }
  return text;
}

std::string layer_time(const Json& layer) {
  const std::int64_t cycles = layer.at("cycles"), jobs = layer.value("jobs", std::int64_t{1});
  std::string text = to_text(Time::from_si(layer.at("latency_s"))) + ", " + counted(cycles, "cycle");
  if (layer.contains("roofline") && layer.at("roofline").contains("clock_Hz")) {
    text += " at " + to_text(Frequency::from_si(layer.at("roofline").at("clock_Hz").get<double>()));
  }
  if (jobs != 1) text += fmt::format(" in {}, of which all below is", counted(jobs, "job"));
  const std::int64_t host = layer.at("stall_cycles").value("host", std::int64_t{0});
  if (layer.contains("accelerator_cycles") && !layer.at("on_host").get<bool>() && host > 0) {
    text += fmt::format("; {} of them are the host's, to start it and to hear of its end", grouped(host));
  }
  return text;
}

std::string rate_text(double macs_per_cycle, const Json& roof) {
  std::string text = fmt::format("{:.4g} MAC per cycle", macs_per_cycle);
  if (roof.contains("clock_Hz")) {
    text += fmt::format(" ({:.4g} GMAC/s)", 1e-9 * macs_per_cycle * roof.at("clock_Hz").get<double>());
  }
  return text;
}

// Of each memory: how much, and how fast that can be.
std::string ways_text(const Json& roof) {
  std::string text;
  for (const auto& [name, memory] : roof.at("memories").items()) {
    text +=
        fmt::format("{}{} to and from {}", text.empty() ? "" : "; ", bytes_text(memory.at("bytes")), printable(name));
    if (!memory.contains("bytes_per_cycle")) continue;
    text += fmt::format(", at most {:.3g} B per cycle", memory.at("bytes_per_cycle").get<double>());
    if (memory.at("limit") != name) text += " (" + printable(memory.at("limit").get<std::string>()) + ")";
  }
  return text;
}

std::string ceilings(const Json& layer) {
  if (!layer.contains("roofline")) return "";
  const Json& roof = layer.at("roofline");
  std::string out =
      labelled("bytes", ways_text(roof) + fmt::format("; {} cycles at least for all, by {}",
                                                      grouped(roof.at("transfer_cycles").get<std::int64_t>()),
                                                      printable(roof.at("transfer_limit").get<std::string>())));
  if (!roof.contains("macs_per_cycle")) return out;
  const Json& macs = roof.at("macs_per_cycle");
  out += labelled("array's roof", rate_text(macs.at("compute"), roof));
  double roof_of_all = macs.at("compute");
  if (macs.contains("memory") && roof.contains("macs_per_byte")) {
    std::string text = rate_text(macs.at("memory"), roof) +
                       fmt::format(" at {:.3g} MAC per byte", roof.at("macs_per_byte").get<double>());
    if (roof.contains("macs_per_off_chip_byte")) {
      text += fmt::format(", {:.3g} per byte off chip", roof.at("macs_per_off_chip_byte").get<double>());
    }
    out += labelled("memory's roof", text);
    roof_of_all = std::min(roof_of_all, macs.at("memory").get<double>());
  }
  if (!macs.contains("attained")) return out;
  const double share = macs.at("attained").get<double>() / roof_of_all;
  const std::string lower = roof.at("bound_by") == "memory" ? "memory's" : "the array's";
  return out +
         labelled("stands at", rate_text(macs.at("attained"), roof) +
                                   fmt::format(", {:.3g} % of the lower roof, {}{}", 100.0 * share, lower,
                                               share < kNearRoof ? "" : ": " + text_in(roof, "bound_by") + " bound"));
}

std::string cycle_row(const std::string& name, std::int64_t cycles, std::int64_t all) {
  const double share = all > 0 ? static_cast<double>(cycles) / static_cast<double>(all) : 0.0;
  const auto bar = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(kShareBar) + 0.5);
  return fmt::format("  {:<18} {:>14}  {:>5.1f} %{}\n", name, grouped(cycles), 100 * share,
                     bar == 0 ? "" : "  " + std::string(bar, '#'));
}

std::vector<std::pair<std::string, std::int64_t>> by_size(const Json& map) {
  std::vector<std::pair<std::string, std::int64_t>> all;
  for (const auto& [name, n] : map.items()) all.emplace_back(name, n.get<std::int64_t>());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return all;
}

std::string cycle_table(const Json& layer) {
  if (!layer.contains("lost_cycles")) return "";
  const std::int64_t all = layer.at("accelerator_cycles");
  const bool multiplies = layer.at("macs").get<std::int64_t>() > 0;
  std::string out = multiplies ? "cycles of the accelerator, by what they go to\n"
                               : "cycles of the accelerator, which has nothing to multiply, by what they go to\n";
  if (multiplies) out += cycle_row("full array", layer.at("ideal_cycles"), all);
  for (const auto& [cause, n] : by_size(layer.at("lost_cycles"))) {
    if (n > 0) out += cycle_row(printable(cause), n, all);
  }
  return out + cycle_row("all", all, all);
}

std::string advice_lines(const Json& advice) {
  if (advice.is_null()) return "";
  std::string out =
      labelled("largest loss", fmt::format("{}, {:.3g} %: {}", printable(advice.at("cause").get<std::string>()),
                                           100 * advice.at("share").get<double>(), text_in(advice, "meaning")));
  if (advice.contains("advice")) out += labelled("remedy", text_in(advice, "advice"));
  return out;
}

// Null where nothing is lost.
Json largest_loss_of(const Json& result, const Json& layer) {
  const std::string cause = largest_loss(layer);
  if (cause.empty()) return Json();
  const std::int64_t n = layer.at("lost_cycles").at(cause);
  const double share = static_cast<double>(n) / std::max(layer.at("accelerator_cycles").get<double>(), 1.0);
  const Json loss = declared(result, layer, cause);
  Json out{{"cause", cause},
           {"cycles", n},
           {"share", share},
           {"meaning", loss.value("meaning", "The accelerator does not tell what these cycles were for.")}};
  // Of a layer without MACs the array's idleness is no loss.
  const std::string advice = share < kWorthNaming || layer.at("macs") == 0 ? "" : advice_for(layer, cause, loss);
  if (!advice.empty()) out["advice"] = advice;
  return out;
}

std::string layer_energy(const Json& result, const Json& layer) {
  std::vector<std::pair<std::string, double>> parts;
  double all = 0.0;
  for (const auto& [component, causes] : layer.at("energy_J").items()) {
    double sum = 0.0;
    for (const auto& [cause, joules] : causes.items()) sum += joules.get<double>();
    parts.emplace_back(component, sum);
    all += sum;
  }
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  const double run = result.at("totals").at("energy_J");
  std::string out = labelled("energy", fmt::format("{}, {:.3g} % of the run's", to_text(Energy::from_si(all)),
                                                   run > 0 ? 100 * all / run : 0.0));
  for (std::size_t i = 0; i < std::min(parts.size(), kMostShown); ++i) {
    out += fmt::format("  {:<18} {:>14}  {:>5.1f} %\n", printable(parts[i].first),
                       to_text(Energy::from_si(parts[i].second)), all > 0 ? 100 * parts[i].second / all : 0.0);
  }
  return out;
}

}  // namespace

std::string explain_layer(const Json& result, const std::string& wanted) {
  const Found found = find_layer(result, wanted);
  const Json& layer = *found.layer;
  std::string out = layer_heading(result, found) + labelled("mapping", text_in(layer, "mapping"));
  if (const std::string where = tensor_places(layer); !where.empty()) out += labelled("tensors", where);
  if (layer.at("macs") != 0) out += labelled("work", counted(layer.at("macs"), "MAC"));
  out += labelled("time", layer_time(layer));
  out += ceilings(layer) + cycle_table(layer) + advice_lines(largest_loss_of(result, layer));
  const bool older = layer.contains("accelerator_cycles") && !layer.contains("lost_cycles");
  if (older) out += labelled("cycles", "what they went to is not in this result: run it again");
  return out + layer_energy(result, layer);
}

Json explain_layer_json(const Json& result, const std::string& wanted) {
  const Found found = find_layer(result, wanted);
  Json out{{"index", found.index}};
  out.update(*found.layer);
  const Json largest = largest_loss_of(result, *found.layer);
  if (!largest.is_null()) out["largest_loss"] = largest;
  return out;
}

}  // namespace subvolt::report
