#include "sim/config/diagnostics.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace subvolt::config {
namespace {
constexpr std::size_t kMostShown = 50;  // a page: who made more mistakes made one of them very often
}  // namespace

std::string Diagnostic::text() const {
  std::string out = location.text();
  if (!out.empty()) out += ": ";
  if (!path.empty()) out += path + ": ";
  return out + message;
}

void Diagnostics::error(const Node& at, const std::string& message) { error(at.location(), at.path(), message); }

void Diagnostics::error(SourceLocation location, std::string path, std::string message) {
  errors_.push_back({std::move(location), std::move(path), std::move(message)});
}

void Diagnostics::throw_if_any() const {
  if (errors_.empty()) return;
  std::vector<Diagnostic> sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.location.file, a.location.line, a.location.column) <
           std::tie(b.location.file, b.location.line, b.location.column);
  });
  std::string text;
  for (std::size_t i = 0; i < std::min(kMostShown, sorted.size()); ++i) {
    if (!text.empty()) text += "\n";
    text += sorted[i].text();
  }
  if (sorted.size() > kMostShown) text += "\nand " + std::to_string(sorted.size() - kMostShown) + " more mistakes";
  throw Error(ErrorKind::kConfiguration, text);
}

namespace {
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}
}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string* best = nullptr;
  // Near means: most of the word is right.
  std::size_t best_distance = std::min(std::max<std::size_t>(2, word.size() / 3) + 1, (word.size() + 1) / 2 + 1);
  for (const std::string& c : candidates) {
    // At least that many letters are missing or too many: long texts are never compared letter by letter.
    if (std::max(word.size(), c.size()) - std::min(word.size(), c.size()) >= best_distance) continue;
    const std::size_t d = edit_distance(word, c);
    if (d < best_distance) {
      best_distance = d;
      best = &c;
    }
  }
  return best ? ", did you mean \"" + *best + "\"?" : "";
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

std::string not_one_of(const std::vector<std::string>& names, const std::string& given) {
  return "expected one of " + listed(names) + ", got \"" + given + "\"" + did_you_mean(given, names);
}

}  // namespace subvolt::config
