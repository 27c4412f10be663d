#include "sim/config/yaml_text.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "sim/config/text.h"

namespace subvolt::config {
namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr int kMaxValues = 1'000'000;
constexpr std::size_t kMaxKeyBytes = 256;         // names of components, domains, prices: a tenth of it is long
constexpr std::size_t kMaxTextBytes = 64u << 20;  // of all values, aliases resolved: four of the largest files
constexpr std::size_t kFewKeys = 16;              // up to which looking at all is faster than a table

// Where things stand in the text.
class Places {
 public:
  Places(SharedText name, bool located) : name_(std::move(name)), located_(located) {}

  SourceLocation at(const YAML::Mark& mark) const {
    if (!located_ || mark.is_null()) return {name_, 0, 0};
    return {name_, mark.line + 1, mark.column + 1};
  }
  SourceLocation start() const { return located_ ? SourceLocation{name_, 1, 1} : SourceLocation{name_, 0, 0}; }

 private:
  SharedText name_;
  bool located_;
};

[[noreturn]] void stop(const SourceLocation& at, const Path& path, const std::string& message) {
  Diagnostics d;
  d.error(at, path.text(), message);
  d.throw_if_any();
  throw Error(ErrorKind::kInternal, message);  // not reached: there was one
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// A map or a list that is being read.
struct Frame {
  Node node;
  Path path;
  YAML::anchor_t anchor = 0;
  bool as_key = false;     // it stands where a key should
  bool wants_key = false;  // maps: what comes next is a key
  bool skips = false;      // maps: the value that comes next has no good key
  std::string key;
  SourceLocation key_at;
  std::unordered_map<std::string, std::size_t> places;  // of keys, once there are more than a few
};

// Builds the tree while the parser reads: one pass, and nothing is kept twice.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const Places& places, Path path)
      : places_(places), path_(std::move(path)), root_(Node::null(places.start(), path_)) {}

  Node take() {
    diagnostics_.throw_if_any();
    return std::move(root_);
  }

  // A second document is a mistake, but what is wrong inside of it tells more. There never is a third: YAML::LoadAll()
  // would go on, and behind a text at the top of a file it finds empty documents without end.
  bool wants_more() const { return documents_ < 2; }
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) second_ = places_.at(mark);
  }
  void OnDocumentEnd() override {
    if (documents_ > 1) stop(second_, path_, "expected one YAML document, got another one");
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (at_key()) return bad_key(places_.at(mark));
    // An empty value has no place of its own: it is missing where its key stands.
    finish(count(Node::null(place_of_nothing(), next_path()), depth()), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (at_key()) {
      if (anchor != 0) anchors_[anchor] = Node::scalar(value, places_.at(mark), next_path());
      return take_key(value, places_.at(mark));
    }
    Node node = Node::scalar(value, places_.at(mark), next_path());
    node.set_quoted(tag == "!");
    finish(count(std::move(node), depth(), tag), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) stop(places_.at(mark), next_path(), "an alias inside of what it stands for");
    const Node& original = known->second;
    if (!at_key()) return finish(copy(original, next_path(), depth()), 0);
    if (!original.is_scalar()) return bad_key(places_.at(mark));
    take_key(original.value(), original.location());
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Node::sequence(places_.at(mark), next_path()), tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Node::map(places_.at(mark), next_path()), tag, anchor);
    stack_.back().wants_key = true;
  }
  void OnMapEnd() override { close(); }

 private:
  std::size_t depth() const { return stack_.size(); }
  bool at_key() const { return !stack_.empty() && stack_.back().wants_key; }

  Path next_path() const {
    if (stack_.empty()) return path_;
    const Frame& frame = stack_.back();
    if (frame.node.is_sequence()) return frame.path.item(frame.node.items().size());
    return frame.wants_key || frame.skips ? frame.path : frame.path.key(frame.key);
  }

  SourceLocation place_of_nothing() const {
    if (stack_.empty()) return places_.start();
    return stack_.back().node.is_map() ? stack_.back().key_at : stack_.back().node.location();
  }

  Node count(Node node, std::size_t depth, const std::string& tag = "") {
    if (depth > kMaxDepth) {
      stop(node.location(), node.steps(), "nested deeper than " + std::to_string(kMaxDepth) + " levels");
    }
    if (++values_ > kMaxValues) stop(node.location(), node.steps(), "more than a million values, aliases resolved");
    if (!tag.empty() && tag != "?" && tag != "!") {
      stop(node.location(), node.steps(), "expected a plain value, got the tag \"" + excerpt(tag) + "\"");
    }
    text_bytes_ += node.value().size();
    if (text_bytes_ > kMaxTextBytes) {
      stop(node.location(), node.steps(), "values of more than 64 MiB, aliases resolved");
    }
    return node;
  }

  // The same values at another path; their places stay.
  Node copy(const Node& original, const Path& path, std::size_t depth) {
    if (original.is_null()) return count(Node::null(place_of_nothing(), path), depth);
    if (original.is_scalar()) {
      Node node = Node::scalar(original.value(), original.location(), path);
      node.set_quoted(original.quoted());
      return count(std::move(node), depth);
    }
    Node node = count(
        original.is_map() ? Node::map(original.location(), path) : Node::sequence(original.location(), path), depth);
    for (std::size_t i = 0; i < original.items().size(); ++i) {
      node.append(copy(original.items()[i], path.item(i), depth + 1));
    }
    for (const Node::Entry& entry : original.entries()) {
      node.entries().push_back({entry.key, entry.key_location, copy(entry.node, path.key(entry.key), depth + 1)});
    }
    return node;
  }

  void open(Node node, const std::string& tag, YAML::anchor_t anchor) {
    Frame frame;
    frame.as_key = at_key();
    frame.path = node.steps();
    frame.anchor = anchor;
    frame.node = count(std::move(node), depth(), tag);
    stack_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    if (frame.as_key) return bad_key(frame.node.location());
    finish(std::move(frame.node), frame.anchor);
  }

  void bad_key(const SourceLocation& at, const std::string& got = "") {
    Frame& frame = stack_.back();
    diagnostics_.error(at, frame.path.text(), "expected a word as key" + got);
    frame.wants_key = false;
    frame.skips = true;
  }

  void take_key(const std::string& key, const SourceLocation& at) {
    Frame& frame = stack_.back();
    if (key.size() > kMaxKeyBytes) {
      stop(at, frame.path,
           "expected a key of at most " + std::to_string(kMaxKeyBytes) + " bytes, got one of " +
               std::to_string(key.size()));
    }
    if (key.empty()) return bad_key(at, ", got an empty text");
    if (std::any_of(key.begin(), key.end(), is_control)) return bad_key(at, ", got one with control characters");
    frame.wants_key = false;
    const Node::Entry* same = find(frame, key);
    frame.skips = same != nullptr;
    if (same) {
      diagnostics_.error(at, frame.path.key(key).text(), "duplicate key, first used at " + same->key_location.text());
    }
    frame.key = key;
    frame.key_at = at;
  }

  static const Node::Entry* find(Frame& frame, const std::string& key) {
    const auto& entries = frame.node.entries();
    if (entries.size() <= kFewKeys) {
      for (const Node::Entry& entry : entries) {
        if (entry.key == key) return &entry;
      }
      return nullptr;
    }
    for (std::size_t i = frame.places.size(); i < entries.size(); ++i) frame.places.emplace(entries[i].key, i);
    const auto known = frame.places.find(key);
    return known == frame.places.end() ? nullptr : &entries[known->second];
  }

  // A value is complete: it goes to where it belongs.
  void finish(Node node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = copy(node, node.steps(), depth());
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.is_sequence()) {
      frame.node.append(std::move(node));
      return;
    }
    if (!frame.skips) frame.node.entries().push_back({std::move(frame.key), frame.key_at, std::move(node)});
    frame.wants_key = true;
    frame.skips = false;
  }

  const Places& places_;
  Path path_;
  Node root_;
  std::vector<Frame> stack_;
  std::unordered_map<YAML::anchor_t, Node> anchors_;  // complete ones
  int documents_ = 0;
  SourceLocation second_;
  int values_ = 0;
  std::size_t text_bytes_ = 0;
  Diagnostics diagnostics_;
};

// YAML is UTF-8 without control characters but tab and line breaks (YAML 1.2, 5.1), and yaml-cpp does not always come
// to an end on others.
void refuse_foreign_characters(const std::string& text, const Places& places, const Path& path) {
  const std::size_t invalid = first_invalid_utf8(text);
  YAML::Mark mark;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == invalid) stop(places.at(mark), path, "no valid UTF-8");
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      stop(places.at(mark), path, "no valid YAML: a control character, number " + std::to_string(static_cast<int>(c)));
    }
    if ((static_cast<unsigned char>(c) & 0xC0u) != 0x80u) ++mark.column;  // columns count characters
    if (c != '\n') continue;
    ++mark.line;
    mark.column = 0;
  }
}

}  // namespace

Node parse_yaml(const std::string& text, const SharedText& name, const Path& path, bool located) {
  const Places places(name, located);
  refuse_foreign_characters(text, places, path);
  try {
    TreeBuilder builder(places, path);
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (builder.wants_more() && parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const YAML::Exception& e) {
    stop(places.at(e.mark), path, "no valid YAML: " + e.msg);
  }
}

}  // namespace subvolt::config
