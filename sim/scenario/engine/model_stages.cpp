#include "sim/scenario/engine/model_stages.h"

#include <algorithm>

#include "sim/scenario/engine/model_devices.h"
#include "sim/scenario/engine/model_networks.h"
#include "sim/scenario/engine/stage_work.h"

namespace subvolt::scenario {
namespace {

template <class T>
int named(const std::vector<T>& all, const std::string& name) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

int label_bit(Model& model, const std::string& name) {
  const auto at = std::find(model.labels.begin(), model.labels.end(), name);
  if (at != model.labels.end()) return static_cast<int>(at - model.labels.begin());
  model.labels.push_back(name);
  return static_cast<int>(model.labels.size()) - 1;
}

void resolve_pass(Model& model, ModelStage& stage, const config::Node& where, config::Diagnostics& d) {
  if (!stage.said->pass) return;
  const Pass& pass = *stage.said->pass;
  stage.pass_per_run = pass.per == "run";
  ModelSource& source = model.sources[static_cast<std::size_t>(stage.source)];
  const bool by_truth = pass.tpr || pass.above_true;
  if (!by_truth) {
    stage.pass_if = stage.pass_if_not = pass.rate ? *pass.rate : *pass.above;
    return;
  }
  stage.pass_if = pass.tpr ? *pass.tpr : *pass.above_true;
  stage.pass_if_not = pass.fpr ? *pass.fpr : *pass.above_false;
  if (pass.label.empty()) {  // of its own
    stage.label = label_bit(model, stage.name + " itself");
    source.labels.emplace_back(stage.label, pass.prevalence ? *pass.prevalence : *pass.share_true);
    return;
  }
  stage.label = label_bit(model, pass.label);
  const auto has = [&](const auto& l) { return l.first == stage.label; };
  if (std::any_of(source.labels.begin(), source.labels.end(), has)) return;
  std::vector<std::string> names;
  for (const auto& [label, share] : source.arrivals->prevalence) names.push_back(label);
  d.error(*where.find("pass")->find("label"),
          "the source " + source.name +
              (names.empty() ? " has no labels: add `prevalence: {" + pass.label + ": 0.1}` to it"
                             : " has another label: " + config::not_one_of(names, pass.label)));
}

void resolve_holds(Model& model, ModelStage& stage, const config::Node& where, config::Diagnostics& d) {
  const Stage& said = *stage.said;
  for (const auto& [device_name, state_name] : said.holds) {
    const config::Node& at = *where.find("holds")->find(device_name);
    const int device = device_named(model, device_name);
    if (device < 0) {
      d.error(at, "no device is called so: " + config::not_one_of(names_of(model.devices), device_name));
      continue;
    }
    const ModelDevice& held = model.devices[static_cast<std::size_t>(device)];
    const int state = state_named(held, state_name);
    if (state < 0) {
      d.error(at, config::not_one_of(names_of(held.states), state_name));
      continue;
    }
    if (!said.frames) {
      stage.holds.push_back({device, state});
      continue;
    }
    stage.device = device;
    Piece piece;
    piece.state = state;
    piece.time = nanoseconds(Time::from_si(static_cast<double>(*said.frames) / said.rate->si()));
    piece.cause = Cause::kHold;
    stage.pieces.push_back(piece);
  }
  stage.hold_time = -2;
  if (said.hold_for.empty()) return;
  const auto time = parse_quantity<Time>(said.hold_for);
  if (const Time* t = std::get_if<Time>(&time)) {
    stage.hold_time = nanoseconds(*t);
    if (t->si() < 0.0 || t->si() > 1e6)
      d.error(*where.find("for"), "expected a time from 0 s to 1 Ms, got " + brief(*t));
    return;
  }
  stage.hold_time = -1;
  const std::string& source = model.sources[static_cast<std::size_t>(stage.source)].name;
  if (said.hold_for != source) {
    d.error(*where.find("for"), "expected a time such as 3 s, or " + source +
                                    ", the source that it goes back to, got " + where.find("for")->describe());
  }
}

void resolve_server(Model& model, ModelStage& stage, const config::Node& where, config::Diagnostics& d) {
  const Stage& said = *stage.said;
  if (said.work && !said.work->network.empty()) {
    stage.network = network_of(model, said.work->network);
    for (std::size_t i = 0; said.on.empty() && i < model.devices.size(); ++i) {
      if (model.devices[i].simulated) stage.device = static_cast<int>(i);
    }
  }
  const std::string device = said.work && !said.work->device.empty() ? said.work->device : said.on;
  if (device.empty()) return;
  const config::Node& at = said.on.empty() ? *where.find("work")->find("device") : *where.find("on");
  stage.device = device_named(model, device);
  if (stage.device < 0) d.error(at, "no device is called so: " + config::not_one_of(names_of(model.devices), device));
}

void resolve_rail(Model& model, ModelStage& stage, const config::Node& where, config::Diagnostics& d) {
  const Stage& said = *stage.said;
  if (!said.rail.empty()) {
    stage.rail = rail_named(model, said.rail);
    if (stage.rail < 0) d.error(*where.find("rail"), config::not_one_of(rail_names(model), said.rail));
  } else if (stage.device >= 0) {
    stage.rail = model.devices[static_cast<std::size_t>(stage.device)].rail;
  } else {
    stage.rail = usual_rail(model);
    const bool draws = said.wake != Energy() || (said.work && said.work->device.empty());
    if (stage.rail < 0 && draws) {
      d.error(where, "from which rail is its work drawn? Add `rail`, one of " + config::listed(rail_names(model)));
    }
    if (stage.rail < 0) stage.rail = 0;
  }
}

void fill_stage(Model& model, ModelStage& stage, const config::Node& where, config::Diagnostics& d) {
  const std::size_t before = d.errors().size();
  const Stage& said = *stage.said;
  resolve_pass(model, stage, where, d);
  resolve_server(model, stage, where, d);
  resolve_holds(model, stage, where, d);
  resolve_rail(model, stage, where, d);
  if (d.errors().size() != before) return;
  if (said.work || !said.state.empty()) add_work(model, stage, where, d);
  for (const Piece& piece : stage.pieces) {
    if (!piece.loads) stage.run_time += piece.time;
  }
  stage.runs = said.runs;
  stage.spacing = said.every ? std::max(nanoseconds(*said.every), stage.run_time) : stage.run_time;
  stage.batch = said.batch;
  stage.wake_J = said.wake.si();
  stage.deadline = said.deadline ? nanoseconds(*said.deadline) : -1;
  if (stage.device >= 0) model.devices[static_cast<std::size_t>(stage.device)].is_worked_on = true;
}

}  // namespace

void add_sources(Model& model, const config::Node&, config::Diagnostics&) {
  for (const auto& [name, arrivals] : model.scenario.sources) {
    ModelSource source;
    source.name = name;
    source.arrivals = &*arrivals;
    source.rate = arrivals->rate(model.scenario.start);
    source.length = nanoseconds(arrivals->length);
    for (const auto& [label, share] : arrivals->prevalence) source.labels.emplace_back(label_bit(model, label), share);
    model.sources.push_back(std::move(source));
  }
}

void add_stages(Model& model, const config::Node& section, config::Diagnostics& d) {
  const auto& all = model.scenario.stages;
  std::vector<bool> done(all.size(), false);
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (done[i]) continue;
      const auto& [name, said] = all[i];
      const int source = named(model.sources, said.after);
      const int parent = named(model.stages, said.after);
      if (source < 0 && parent < 0) continue;
      ModelStage stage;
      stage.name = name;
      stage.said = &said;
      stage.parent = parent;
      stage.source = parent >= 0 ? model.stages[static_cast<std::size_t>(parent)].source : source;
      fill_stage(model, stage, *section.find("stages")->find(name), d);
      const int at = static_cast<int>(model.stages.size());
      if (parent >= 0) model.stages[static_cast<std::size_t>(parent)].children.push_back(at);
      model.sources[static_cast<std::size_t>(stage.source)].stages.push_back(at);
      model.stages.push_back(std::move(stage));
      done[i] = more = true;
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (done[i]) continue;
    std::vector<std::string> names;
    bool known = false;
    for (const ModelSource& source : model.sources) names.push_back(source.name);
    for (std::size_t j = 0; j < all.size(); ++j) {
      if (j != i) names.push_back(all[j].first);
      known = known || all[j].first == all[i].second.after;
    }
    d.error(
        *section.find("stages")->find(all[i].first)->find("after"),
        known ? "stages come after one another in a circle, which no source starts: let one of them come after a source"
              : "no source and no stage is called so: " + config::not_one_of(names, all[i].second.after));
  }
  for (const ModelSource& source : model.sources) {
    if (named(model.stages, source.name) >= 0) {
      d.error(*section.find("stages")->find(source.name), "a source is called so, too: choose another name");
    }
    if (source.labels.size() > kMostLabels) {
      d.error(*section.find("sources")->find(source.name), "expected at most " + std::to_string(kMostLabels) +
                                                               " labels, with those of its stages, got " +
                                                               std::to_string(source.labels.size()));
    }
  }
}

}  // namespace subvolt::scenario
