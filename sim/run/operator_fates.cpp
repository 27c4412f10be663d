#include "sim/run/operator_fates.h"

#include <map>

#include "sim/config/error.h"
#include "sim/mapping/layer/who_runs.h"
#include "sim/mapping/place/joint_storage.h"
#include "sim/mapping/program/join_choice.h"
#include "sim/run/workload.h"

namespace subvolt::run {
namespace {

using Disposition = OperatorFate::Disposition;
using Runs = mapping::Runner::Runs;

// Of layers whose copies can all go (joint_storage.h); the plan decides.
const std::string kPlaced = "by placement alone where that pays";

class Fates {
 public:
  Fates(const rewrite::Rewritten& rewritten, const mapping::Hardware& hardware) : rewritten_(rewritten) {
    for (std::size_t l = 0; l < rewritten.network.layers.size(); ++l) {
      indices_.emplace(rewritten.network.layers[l].name, l);
      runners_.push_back(mapping::who_runs(rewritten.network, l, hardware));
    }
    joins_ = mapping::joins_to_try(rewritten.network, hardware, runners_, {});
  }

  OperatorFate of(const rewrite::Fate& fate) const {
    OperatorFate out{fate.layer, fate.source_op, fate.op, Disposition::kFree, "", false};
    switch (fate.kind) {
      case rewrite::Fate::Kind::kKept:
        run(index_of(fate.layer), out);
        break;
      case rewrite::Fate::Kind::kFused:
        out.disposition = Disposition::kFused;
        out.detail = "into " + fate.into + by(fate.pass);
        break;
      case rewrite::Fate::Kind::kRemoved:
        out.detail = (fate.reason.empty() ? "removed" : fate.reason) + by(fate.pass);
        break;
    }
    return out;
  }

  OperatorFate of_added(std::size_t l) const {
    const network::Layer& layer = rewritten_.network.layers[l];
    OperatorFate out{layer.name, "", layer.op->name, Disposition::kFree, "", true};
    run(l, out);
    out.detail = "added by " + rewritten_.origins[l].made_by + (out.detail.empty() ? "" : "; " + out.detail);
    return out;
  }

 private:
  static std::string by(const std::string& pass) { return pass.empty() ? "" : " (" + pass + ")"; }

  std::size_t index_of(const std::string& layer) const {
    const auto found = indices_.find(layer);
    if (found != indices_.end()) return found->second;
    throw Error(ErrorKind::kInternal, "layer \"" + layer + "\" was kept by rewriting but is not there");
  }

  // Who runs the layer, and as what, when rewriting made another operator of it.
  void run(std::size_t l, OperatorFate& out) const {
    const mapping::Runner& runner = runners_[l];
    const std::string& op = rewritten_.network.layers[l].op->name;
    const std::string as = op == out.op ? "" : "as " + op;
    const std::string why = runner.why.empty() || as.empty() ? as + runner.why : as + ": " + runner.why;
    switch (runner.runs) {
      case Runs::kOnAccelerator:
        out.disposition = Disposition::kMapped;
        out.detail = as;
        if (mapping::all_joined(rewritten_.network, l, joins_)) out.detail += (as.empty() ? "" : "; ") + kPlaced;
        break;
      case Runs::kOnHost:
        out.disposition = Disposition::kOnCpu;
        out.detail = why;
        break;
      case Runs::kNowhere:
        out.disposition = Disposition::kFree;
        out.detail = as.empty() ? network::is_view(rewritten_.network.layers[l]) ? "a view" : "no work" : as;
        break;
      case Runs::kRefused:
        out.disposition = Disposition::kRefused;
        out.detail = why;
        break;
    }
  }

  const rewrite::Rewritten& rewritten_;
  std::map<std::string, std::size_t> indices_;
  std::vector<mapping::Runner> runners_;  // by layer
  mapping::Joins joins_;                  // that can be made
};

}  // namespace

std::string to_text(Disposition disposition) {
  switch (disposition) {
    case Disposition::kMapped:
      return "mapped";
    case Disposition::kFused:
      return "fused";
    case Disposition::kFree:
      return "free";
    case Disposition::kResolved:
      return "resolved";
    case Disposition::kOnCpu:
      return "cpu";
    case Disposition::kRefused:
      return "refused";
  }
  return "?";
}

namespace {

// As the accelerators take it. An activation of the file that was fused into a layer is now in the one behind that.
rewrite::Rewritten taken_apart(rewrite::Rewritten rewritten, const mapping::Hardware& hardware) {
  std::optional<rewrite::Separated> separated = fitted(rewritten.network, hardware);
  if (!separated) return rewritten;
  std::vector<rewrite::Origin> origins;
  for (std::size_t l = 0; l < separated->from.size(); ++l) {
    const std::size_t from = separated->from[l];
    if (l == 0 || from != separated->from[l - 1]) {
      origins.push_back(rewritten.origins[from]);
      continue;
    }
    origins.push_back({{}, "separate_activations"});
    for (rewrite::Fate& fate : rewritten.fates) {
      const bool fused = fate.kind == rewrite::Fate::Kind::kFused && fate.op == "activation";
      if (!fused || fate.into != rewritten.network.layers[from].name) continue;
      fate.into = separated->network.layers[l].name;
      fate.pass = origins.back().made_by;
    }
  }
  rewritten.network = std::move(separated->network);
  rewritten.origins = std::move(origins);
  return rewritten;
}

}  // namespace

std::vector<OperatorFate> operator_fates(const rewrite::Rewritten& as_compiled, const mapping::Hardware& hardware) {
  const rewrite::Rewritten rewritten = taken_apart(as_compiled, hardware);
  const Fates fates(rewritten, hardware);
  std::vector<OperatorFate> all;
  for (const rewrite::Fate& fate : rewritten.fates) all.push_back(fates.of(fate));
  for (std::size_t l = 0; l < rewritten.origins.size(); ++l) {
    if (rewritten.origins[l].layers.empty()) all.push_back(fates.of_added(l));
  }
  return all;
}

}  // namespace subvolt::run
