#include "sim/config/yaml_text.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>

namespace subvolt::config {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxValues = 1'000'000;

class Converter {
 public:
  Converter(std::string name, bool located) : name_(std::move(name)), located_(located) {}

  Node convert(const YAML::Node& yaml, const std::string& path, const SourceLocation& key, int depth) {
    SourceLocation at = location(yaml.Mark());
    // An empty value has no place of its own: it is missing where its key stands.
    if (yaml.IsNull() || yaml.Mark().is_null()) at = key;
    if (depth > kMaxDepth) stop(at, path, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
    if (++values_ > kMaxValues) stop(at, path, "more than a million values, aliases resolved");
    const std::string& tag = yaml.Tag();
    if (!tag.empty() && tag != "?" && tag != "!") stop(at, path, "expected a plain value, got the tag \"" + tag + "\"");
    if (yaml.IsMap()) return convert_map(yaml, path, at, depth);
    if (yaml.IsSequence()) return convert_sequence(yaml, path, at, depth);
    if (yaml.IsScalar()) {
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

 private:
  Node convert_map(const YAML::Node& yaml, const std::string& path, const SourceLocation& at, int depth) {
    Node map = Node::map(at, path);
    for (const auto& pair : yaml) {
      const SourceLocation key_at = location(pair.first.Mark());
      if (!pair.first.IsScalar()) {
        diagnostics_.error(key_at, path, "expected a word as key");
        continue;
      }
      const std::string& key = pair.first.Scalar();
      const std::string below = path.empty() ? key : path + "." + key;
      const auto same =
          std::find_if(map.entries().begin(), map.entries().end(), [&](const Node::Entry& e) { return e.key == key; });
      if (same != map.entries().end()) {
        diagnostics_.error(key_at, below, "duplicate key, first used at " + same->key_location.text());
        continue;
      }
      map.entries().push_back({key, key_at, convert(pair.second, below, key_at, depth + 1)});
    }
    return map;
  }

  Node convert_sequence(const YAML::Node& yaml, const std::string& path, const SourceLocation& at, int depth) {
    Node list = Node::sequence(at, path);
    std::size_t i = 0;
    for (const auto& item : yaml) {
      list.append(convert(item, path + "[" + std::to_string(i++) + "]", at, depth + 1));
    }
    return list;
  }

  [[noreturn]] void stop(const SourceLocation& at, const std::string& path, const std::string& message) const {
    Diagnostics d;
    d.error(at, path, message);
    d.throw_if_any();
    throw Error(ErrorKind::kInternal, message);  // not reached: there was one
  }

  std::string name_;
  bool located_;
  int values_ = 0;
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

// YAML allows no control characters but tab and line breaks (YAML 1.2, 5.1), and yaml-cpp does not always come to an
// end on them.
void refuse_control_characters(const std::string& text, const Converter& converter, const std::string& path) {
  YAML::Mark mark;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      Diagnostics diagnostics;
      diagnostics.error(converter.location(mark), path,
                        "no valid YAML: a control character, number " + std::to_string(static_cast<int>(c)));
      diagnostics.throw_if_any();
    }
    ++mark.column;
    if (c != '\n') continue;
    ++mark.line;
    mark.column = 0;
  }
}

}  // namespace

Node parse_yaml(const std::string& text, const std::string& name, const std::string& path, bool located) {
  Converter converter(name, located);
  Diagnostics diagnostics;
  refuse_control_characters(text, converter, path);
  try {
    DocumentCounter counter;
    counter.count(text);
    if (counter.documents() > 1) {
      diagnostics.error(converter.location(counter.last()), path, "expected one YAML document, got another one");
      diagnostics.throw_if_any();
    }
    const SourceLocation start{name, located ? 1 : 0, located ? 1 : 0};
    Node root =
        counter.documents() == 0 ? Node::null(start, path) : converter.convert(YAML::Load(text), path, start, 0);
    converter.finish();
    return root;
  } catch (const YAML::Exception& e) {
    diagnostics.error(converter.location(e.mark), path, "no valid YAML: " + e.msg);
    diagnostics.throw_if_any();
    throw;  // not reached: there was one
  }
}

}  // namespace subvolt::config
