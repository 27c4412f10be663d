#include "sim/report/views/vcd.h"

#include <algorithm>

#include "sim/report/version.h"
#include "sim/report/views/vcd_names.h"
#include "sim/units/text.h"

namespace subvolt::report {
namespace {

bool in_name(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string value_text(const std::string& text) {
  if (text.empty()) return "\\x20";
  return escaped(text, "\\x", [](unsigned char c) { return c > ' ' && c < 0x7f && c != '\\'; });
}

// Of the n-th variable: printable characters, "!" to "~".
std::string code_of(std::size_t n) {
  constexpr std::size_t kCodes = '~' - '!' + 1;
  std::string code;
  for (++n; n > 0; n = (n - 1) / kCodes) code += static_cast<char>('!' + (n - 1) % kCodes);
  return code;
}

// A track with what it is at its changes: a text that ends with its code.
struct Variable {
  std::vector<std::string> path;
  const char* type;
  const StateTrack* states = nullptr;
  const Curve* curve = nullptr;
};

struct Change {
  std::int64_t at;
  std::size_t variable;
  std::size_t point;  // of a curve; of states stay x 2, and 1 more for its end
};

std::vector<Variable> variables_of(const Tracks& tracks) {
  std::vector<Variable> all;
  for (const TrackGroup& group : tracks.groups) {
    for (const StateTrack& states : group.states) {
      if (!states.transfers) all.push_back({vcd_path(group.name, states.name), "string 1 ", &states, nullptr});
    }
    for (const Curve& curve : group.curves) {
      all.push_back({vcd_path(group.name, curve.name), "real 64 ", nullptr, &curve});
    }
  }
  return all;
}

std::vector<Change> changes_of(const std::vector<Variable>& variables) {
  std::vector<Change> changes;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (const Curve* curve = variables[v].curve) {
      for (std::size_t p = 0; p < curve->points.size(); ++p) changes.push_back({curve->points[p].at.value(), v, p});
      continue;
    }
    const std::vector<Stay>& stays = variables[v].states->stays;
    for (std::size_t s = 0; s < stays.size(); ++s) {
      changes.push_back({stays[s].begin.value(), v, 2 * s});
      const bool followed = s + 1 < stays.size() && stays[s + 1].begin == stays[s].end;
      if (!followed) changes.push_back({stays[s].end.value(), v, 2 * s + 1});
    }
  }
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.at < b.at; });
  return changes;
}

std::string at_change(const Variable& variable, std::size_t point) {
  if (variable.curve) return "r" + shortest(variable.curve->points[point].value) + " ";
  const Stay& stay = variable.states->stays[point / 2];
  if (point % 2 == 1) return "s" + value_text(variable.states->idle) + " ";
  std::string text = variable.states->names[static_cast<std::size_t>(stay.what)];
  if (stay.number != power::kNoNumber) text += " " + std::to_string(stay.number);
  return "s" + value_text(text) + " ";
}

std::string before_all(const Variable& variable) {
  return variable.curve ? "r0 " : "s" + value_text(variable.states->idle) + " ";
}

// Scopes of the one before that are left, scopes that are entered, the variable.
std::string declaration(const std::vector<std::string>& before, const Variable& variable, const std::string& code) {
  const std::vector<std::string>& path = variable.path;
  const std::size_t scopes = before.empty() ? 0 : before.size() - 1;
  std::size_t same = 0;
  while (same < scopes && same + 1 < path.size() && before[same] == path[same]) ++same;
  std::string text;
  for (std::size_t i = same; i < scopes; ++i) text += "$upscope $end\n";
  for (std::size_t i = same; i + 1 < path.size(); ++i) text += "$scope module " + path[i] + " $end\n";
  return text + "$var " + variable.type + code + " " + path.back() + " $end\n";
}

}  // namespace

std::vector<std::string> vcd_path(const std::string& group, const std::string& name) {
  std::string blanks_joined = group;
  std::replace(blanks_joined.begin(), blanks_joined.end(), ' ', '_');
  std::vector<std::string> path{escaped(blanks_joined, "%", in_name)};
  std::size_t begin = 0;
  for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', begin)) {
    path.push_back(escaped(name.substr(begin, dot - begin), "%", in_name));
    begin = dot + 1;
  }
  path.push_back(escaped(name.substr(begin), "%", in_name));
  return path;
}

std::string vcd_text(const Tracks& tracks) {
  const std::vector<Variable> variables = variables_of(tracks);
  std::string text = "$version subvolt " + program_version() + " $end\n$timescale 1 ps $end\n";
  std::vector<std::string> before;
  std::vector<std::string> codes;
  for (const Variable& variable : variables) {
    codes.push_back(code_of(codes.size()));
    text += declaration(before, variable, codes.back());
    before = variable.path;
  }
  for (std::size_t i = 1; i < before.size(); ++i) text += "$upscope $end\n";
  text += "$enddefinitions $end\n#0\n$dumpvars\n";
  const std::vector<Change> changes = changes_of(variables);
  std::vector<bool> known(variables.size(), false);
  auto change = changes.begin();
  for (; change != changes.end() && change->at <= 0; ++change) {
    known[change->variable] = true;
    text += at_change(variables[change->variable], change->point) + codes[change->variable] + "\n";
  }
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (!known[v]) text += before_all(variables[v]) + codes[v] + "\n";
  }
  text += "$end\n";
  std::int64_t now = 0;
  for (; change != changes.end(); ++change) {
    if (change->at != now) text += "#" + std::to_string(now = change->at) + "\n";
    text += at_change(variables[change->variable], change->point) + codes[change->variable] + "\n";
  }
  if (now < tracks.end.value()) text += "#" + std::to_string(tracks.end.value()) + "\n";
  return text;
}

}  // namespace subvolt::report
