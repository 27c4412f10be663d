#include "sim/config/run_document.h"

#include "sim/config/digest.h"

namespace subvolt::config {
namespace {

std::string text_at(const Node& root, std::initializer_list<std::string_view> path) {
  const Node* node = &root;
  for (const std::string_view key : path) {
    node = node->find(key);
    if (!node) return "";
  }
  return node->is_scalar() ? node->value() : "";
}

}  // namespace

bool is_run_document(const Node& root) { return text_at(root, {"schema"}) == kRunSchema; }

std::string contents_hash(const std::string& text) {
  std::size_t begin = text.find("\ndesign:");
  if (begin == std::string::npos) begin = text.find("\npower:");  // of a priced record
  return begin == std::string::npos ? "" : sha256(std::string_view(text).substr(begin + 1));
}

bool is_as_written(const Node& root, const std::string& text) {
  const std::string hash = text_at(root, {"run", "contents"});
  return !hash.empty() && hash == contents_hash(text);
}

Recorded recorded(const Node& root, const std::string& text, const std::string& schema) {
  return {true, is_as_written(root, text), text_at(root, {"run", "names", schema}),
          text_at(root, {"run", "sha256", schema})};
}

}  // namespace subvolt::config
