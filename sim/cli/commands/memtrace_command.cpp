// subvolt memtrace: a request trace on one memory alone.
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <iostream>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/cli/command_log.h"
#include "sim/cli/progress.h"
#include "sim/config/library.h"
#include "sim/kernel/memory_kinds.h"
#include "sim/report/memory_result.h"
#include "sim/report/result.h"

namespace subvolt::cli {
namespace {

struct Options {
  std::string device;
  std::string trace;
  std::string map;
  std::vector<std::string> sets;
  std::string clock;
  std::string commands;
  bool json = false;
};

Hertz clock_of(const std::string& text) {
  if (text.empty()) return {};
  const auto parsed = parse_quantity<Frequency>(text);
  if (const auto* error = std::get_if<TextError>(&parsed)) {
    throw Error(ErrorKind::kConfiguration, "--clock: " + error->message);
  }
  const Frequency clock = std::get<Frequency>(parsed);
  if (clock.si() >= 1.0 && clock.si() <= 1e12) return hertz(clock);
  throw Error(ErrorKind::kConfiguration, "--clock: expected a frequency from 1 Hz to 1 THz, got \"" + text + "\"");
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void memtrace(const Options& options, const GlobalOptions& globals) {
  std::vector<config::Override> overrides;
  for (const std::string& set : options.sets) overrides.push_back(config::Override::parse(set));
  const run::MemoryDevice device = run::read_memory_device(options.device, overrides, clock_of(options.clock));
  run::MemoryTraceFile trace(options.trace, run::traced_memory(*device.engine), options.map);

  std::optional<CommandLog> log;
  run::ReplayObserver observer;
  if (!options.commands.empty()) {
    log.emplace(options.commands, device.engine->frequency());
    observer.on_command = [&log](const kernel::MemoryEngine::Command& command) { log->add(command); };
  }
  const double start = cpu_seconds();
  run::MemoryReplay replay;
  {
    const Progress progress("replaying", !globals.quiet);
    observer.on_progress = [&progress](double share) { progress(share); };
    replay = run::replay(*device.engine, trace, observer);
  }
  const double seconds = cpu_seconds() - start;
  const std::string name = config::display_name(options.trace);
  const run::MemoryPricing pricing = run::price_replay(device, replay, name);
  if (log) log->finish();

  report::Json result = report::memory_result(device, name, replay, pricing);
  result["trace_format"] = trace.format();
  result["map"] = options.map.empty() ? report::Json() : report::Json(options.map);
  std::cout << (options.json ? report::to_text(result) : report::memory_card(result));
  std::cout.flush();
  if (!globals.quiet) {
    if (!pricing.energy) std::cerr << "no energy: " << pricing.why_not << "\n";
    std::cerr << fmt::format("{} requests replayed in {:.3g} s of CPU time, {:.4g} k/s\n", grouped(replay.requests()),
                             seconds, static_cast<double>(replay.requests()) * 1e-3 / std::max(seconds, 1e-6));
  }
}

// "  queue.reads           integer, 1 to 4096; default 32", and so on for what is inside.
void list_settings(const config::SchemaBase& schema, const std::string& prefix, std::string& out) {
  for (const config::FieldDoc& field : schema.fields()) {
    if (field.type.object != nullptr) {
      list_settings(*field.type.object, prefix + field.key + ".", out);
      continue;
    }
    std::string text = fmt::format("  {:<21} {}", prefix + field.key, field.type.text());
    if (!field.range_text.empty()) text += ", " + field.range_text;
    if (!field.default_text.empty()) text += "; default " + field.default_text;
    out += text + "\n";
  }
}

// The settings that --set knows, by kind of memory.
std::string footer() {
  std::string out;
  for (const kernel::MemoryKind* kind : kernel::memory_kinds()) {
    if (kind->settings == nullptr || kind->settings->fields().empty()) continue;
    out += "\nSettings of kind " + kind->kind + ":\n";
    list_settings(*kind->settings, "", out);
  }
  return out;
}

void declare(Arguments& arguments, const GlobalOptions& globals) {
  auto options = std::make_shared<Options>();
  arguments.required("DEVICE", options->device, "A memory: a shipped name or a file");
  arguments.required("TRACE", options->trace,
                     "CSV: arrival_cycle,op,bank,row,burst; or an\n"
                     "address trace of Ramulator, DRAMsim3 or DRAMSys");
  arguments.optional("--map", options->map,
                     "Address bits of a trace, high to low, such as\n"
                     "\"rank[0] row bank column\" or rochrababgco; the\n"
                     "controller's own (setting fields) when absent");
  arguments.optional("--clock", options->clock, "Clock of the interface; as fast as the device goes\nwhen absent");
  arguments.repeatable("--set", options->sets,
                       "page_policy=closed: one setting of the controller;\n"
                       "memory.device...=X: one value of the document;\n"
                       "repeatable");
  arguments.optional("--commands", options->commands, "CSV file for the commands that the memory got");
  arguments.flag("--json", options->json, "Print the result as JSON instead of the card");
  arguments.footer(footer);
  arguments.run([options, &globals] { memtrace(*options, globals); });
}

const bool memtrace_command_registered =
    register_command({"memtrace", "Replay a request trace on one memory alone", 65, declare});

}  // namespace
}  // namespace subvolt::cli
