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
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  for (const std::string& name : asked) {
    if (contains(names, name)) continue;
    throw Error(ErrorKind::kConfiguration, option + ": no rewriting pass \"" + name + "\", expected one of " + list +
                                               config::did_you_mean(name, names));
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
    const bool on = pass->needed || with || (!without && pass->on && (options.fuse || !pass->fusion));
    if (on) result.push_back(pass);
  }
  return result;
}

}  // namespace

Rewritten rewrite(const network::Network& network, const Options& options) {
  const std::vector<const Pass*> all = selected(options);
  Rewritten result;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const network::Layer& layer = network.layers[i];
    result.fates.push_back({layer.name, layer.source_op, to_text(layer.op), Fate::Kind::kKept, "", "", ""});
    result.origins.push_back({{i}, ""});
  }
  result.network = network;
  auto editor = std::make_unique<Editor>(result.network, result.origins, result.fates);
  bool changed = true;
  for (int round = 0; changed && round < kMaxRounds; ++round) {
    changed = false;
    for (const Pass* pass : all) {
      editor->begin(pass->name);
      pass->run(*editor);
      if (!editor->changed()) continue;
      changed = true;
      network::Network next = editor->build();
      result.origins = editor->origins();
      result.network = std::move(next);
      editor = std::make_unique<Editor>(result.network, result.origins, result.fates);
    }
  }
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
