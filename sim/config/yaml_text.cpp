#include "sim/config/yaml_text.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "sim/config/text.h"

namespace subvolt::config {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxValues = 1'000'000;
constexpr std::size_t kMaxKeyBytes = 256;            // names of components, domains, prices: a tenth of it is long
constexpr std::size_t kMaxTextBytes = 64u << 20;     // of all values, aliases resolved: four of the largest files

class Converter {
 public:
  Converter(SharedText name, bool located) : name_(std::move(name)), located_(located) {}

  Node convert(const YAML::Node& yaml, const Path& path, const SourceLocation& key, int depth) {
    SourceLocation at = location(yaml.Mark());
    // An empty value has no place of its own: it is missing where its key stands.
    if (yaml.IsNull() || yaml.Mark().is_null()) at = key;
    if (depth > kMaxDepth) stop(at, path, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
    if (++values_ > kMaxValues) stop(at, path, "more than a million values, aliases resolved");
    const std::string& tag = yaml.Tag();
    if (!tag.empty() && tag != "?" && tag != "!") {
      stop(at, path, "expected a plain value, got the tag \"" + excerpt(tag) + "\"");
    }
    if (yaml.IsMap()) return convert_map(yaml, path, at, depth);
    if (yaml.IsSequence()) return convert_sequence(yaml, path, at, depth);
    if (yaml.IsScalar()) {
      text_bytes_ += yaml.Scalar().size();
      if (text_bytes_ > kMaxTextBytes) stop(at, path, "values of more than 64 MiB, aliases resolved");
      Node node = Node::scalar(yaml.Scalar(), at, path);
      node.set_quoted(tag == "!");
      return node;
    }
    return Node::null(at, path);
  }

  void finish() const { diagnostics_.throw_if_any(); }

  SourceLocation location(const YAML::Mark& mark) const {
    if (!located_ || mark.is_null()) return {name_, 0, 0};
    return {name_, mark.line + 1, mark.column + 1};
  }

  [[noreturn]] void stop(const SourceLocation& at, const Path& path, const std::string& message) const {
    Diagnostics d;
    d.error(at, path.text(), message);
    d.throw_if_any();
    throw Error(ErrorKind::kInternal, message);  // not reached: there was one
  }

 private:
  Node convert_map(const YAML::Node& yaml, const Path& path, const SourceLocation& at, int depth) {
    Node map = Node::map(at, path);
    std::unordered_map<std::string, std::size_t> seen;
    for (const auto& pair : yaml) {
      const SourceLocation key_at = location(pair.first.Mark());
      if (!pair.first.IsScalar()) {
        diagnostics_.error(key_at, path.text(), "expected a word as key");
        continue;
      }
      const std::string& key = pair.first.Scalar();
      if (key.size() > kMaxKeyBytes) {
        stop(key_at, path, "expected a key of at most " + std::to_string(kMaxKeyBytes) + " bytes, got one of " +
                               std::to_string(key.size()));
      }
      const Path below = path.key(key);
      const auto [same, fresh] = seen.emplace(key, map.entries().size());
      if (!fresh) {
        const Node::Entry& first = map.entries()[same->second];
        diagnostics_.error(key_at, below.text(), "duplicate key, first used at " + first.key_location.text());
        continue;
      }
      map.entries().push_back({key, key_at, convert(pair.second, below, key_at, depth + 1)});
    }
    return map;
  }

  Node convert_sequence(const YAML::Node& yaml, const Path& path, const SourceLocation& at, int depth) {
    Node list = Node::sequence(at, path);
    std::size_t i = 0;
    for (const auto& item : yaml) {
      list.append(convert(item, path.item(i++), at, depth + 1));
    }
    return list;
  }

  SharedText name_;
  bool located_;
  int values_ = 0;
  std::size_t text_bytes_ = 0;
  Diagnostics diagnostics_;
};

// Looks for documents until there are two. YAML::LoadAll() would go on, and behind a text at the top of a file it finds
// empty documents without end.
class DocumentCounter : public YAML::EventHandler {
 public:
  void count(const std::string& text) {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (documents_ < 2 && parser.HandleNextDocument(*this)) {
    }
  }
  int documents() const { return documents_; }
  const YAML::Mark& last() const { return last_; }  // where the last document begins

  void OnDocumentStart(const YAML::Mark& mark) override {
    ++documents_;
    last_ = mark;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  int documents_ = 0;
  YAML::Mark last_;
};

// YAML is UTF-8 without control characters but tab and line breaks (YAML 1.2, 5.1), and yaml-cpp does not always come to
// an end on others.
void refuse_foreign_characters(const std::string& text, const Converter& converter, const Path& path) {
  const std::size_t invalid = first_invalid_utf8(text);
  YAML::Mark mark;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == invalid) converter.stop(converter.location(mark), path, "no valid UTF-8");
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      converter.stop(converter.location(mark), path,
                     "no valid YAML: a control character, number " + std::to_string(static_cast<int>(c)));
    }
    if ((static_cast<unsigned char>(c) & 0xC0u) != 0x80u) ++mark.column;  // columns count characters
    if (c != '\n') continue;
    ++mark.line;
    mark.column = 0;
  }
}

}  // namespace

Node parse_yaml(const std::string& text, const SharedText& name, const Path& path, bool located) {
  Converter converter(name, located);
  Diagnostics diagnostics;
  refuse_foreign_characters(text, converter, path);
  try {
    DocumentCounter counter;
    counter.count(text);
    if (counter.documents() > 1) {
      diagnostics.error(converter.location(counter.last()), path.text(), "expected one YAML document, got another one");
      diagnostics.throw_if_any();
    }
    const SourceLocation start{name, located ? 1 : 0, located ? 1 : 0};
    Node root =
        counter.documents() == 0 ? Node::null(start, path) : converter.convert(YAML::Load(text), path, start, 0);
    converter.finish();
    return root;
  } catch (const YAML::Exception& e) {
    diagnostics.error(converter.location(e.mark), path.text(), "no valid YAML: " + e.msg);
    diagnostics.throw_if_any();
    throw;  // not reached: there was one
  }
}

}  // namespace subvolt::config
