#include "sim/rewrite/rewrite.h"

#include <algorithm>
#include <memory>

#include "sim/config/diagnostics.h"
#include "sim/rewrite/editor.h"
#include "sim/rewrite/pass.h"

namespace subvolt::rewrite {
namespace {

// Networks settle after two or three rounds; each round after the first has something left to do that the one before
// uncovered. The limit only bounds the time that a malicious file can take.
constexpr int kMaxRounds = 16;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_names(const std::vector<std::string>& asked, const std::string& option) {
  std::vector<std::string> names;
  for (const Pass* pass : passes()) names.push_back(pass->name);
  for (const std::string& name : asked) {
    if (contains(names, name)) continue;
    throw Error(ErrorKind::kConfiguration, option + ": no rewriting pass \"" + name + "\", expected one of " +
                                               config::listed(names) + config::did_you_mean(name, names));
  }
}

std::vector<const Pass*> selected(const Options& options) {
  check_names(options.without, "--without");
  check_names(options.with, "--with");
  std::vector<const Pass*> result;
  for (const Pass* pass : passes()) {
    const bool without = contains(options.without, pass->name);
    const bool with = contains(options.with, pass->name);
    if (with && without) {
      throw Error(ErrorKind::kConfiguration,
                  "rewriting pass " + pass->name + ": expected --with or --without, got both");
    }
    if (without && pass->needed) {
      throw Error(ErrorKind::kConfiguration,
                  "--without: rewriting pass " + pass->name + " cannot be switched off: " + pass->summary);
    }
    const bool assumed = pass->quantizes && options.quantize.value_or(Quantize::kNone) != Quantize::kNone;
    const bool on = pass->needed || with || (!without && (pass->on || assumed) && (options.fuse || !pass->fusion));
    if (on) result.push_back(pass);
  }
  return result;
}

// A network on its way, pass by pass.
class Rewriting {
 public:
  explicit Rewriting(const network::Network& network) {
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      const network::Layer& layer = network.layers[i];
      result_.fates.push_back({layer.name, layer.source_op, to_text(layer.op), Fate::Kind::kKept, "", "", ""});
      result_.origins.push_back({{i}, ""});
    }
    result_.network = network;
    edit();
  }

  // Whether one of them changed anything.
  bool run(const std::vector<const Pass*>& all, bool quantizes) {
    bool changed = false;
    for (const Pass* pass : all) {
      if (pass->quantizes != quantizes) continue;
      editor_->begin(pass->name);
      pass->run(*editor_);
      if (!editor_->changed()) continue;
      changed = true;
      network::Network next = editor_->build();
      result_.origins = editor_->origins();
      result_.network = std::move(next);
      edit();
    }
    return changed;
  }

  Rewritten& result() { return result_; }

 private:
  void edit() { editor_ = std::make_unique<Editor>(result_.network, result_.origins, result_.fates); }

  Rewritten result_;
  std::unique_ptr<Editor> editor_;
};

}  // namespace

Rewritten rewrite(const network::Network& network, const Options& options) {
  const std::vector<const Pass*> all = selected(options);
  Rewriting rewriting(network);
  bool changed = true;
  for (int round = 0; changed && round < kMaxRounds; ++round) {
    changed = rewriting.run(all, false);
    if (changed) continue;
    changed = rewriting.run(all, true);
    if (changed) rewriting.result().quantized = Quantize::kInt8;
  }
  Rewritten result = std::move(rewriting.result());
  for (std::size_t i = 0; i < result.origins.size(); ++i) {
    for (const std::size_t original : result.origins[i].layers) {
      Fate& fate = result.fates[original];
      if (fate.kind == Fate::Kind::kFused) fate.into = result.network.layers[i].name;
    }
  }
  return result;
}

std::string to_text(Fate::Kind kind) {
  switch (kind) {
    case Fate::Kind::kFused:
      return "fused";
    case Fate::Kind::kRemoved:
      return "removed";
    case Fate::Kind::kKept:
      break;
  }
  return "kept";
}

}  // namespace subvolt::rewrite

namespace subvolt::config {

const std::vector<std::pair<rewrite::Quantize, std::string>>& EnumNames<rewrite::Quantize>::names() {
  static const std::vector<std::pair<rewrite::Quantize, std::string>> all = {{rewrite::Quantize::kNone, "none"},
                                                                             {rewrite::Quantize::kInt8, "int8"}};
  return all;
}

}  // namespace subvolt::config
