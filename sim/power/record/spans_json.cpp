#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/power/record/json_text.h"
#include "sim/power/record/json_value.h"
#include "sim/power/record/spans.h"

namespace subvolt::power {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNumbers = 5;  // of a span

void add_number(std::string& text, std::int64_t value) {
  char digits[20];
  text.append(digits, std::to_chars(digits, std::end(digits), value).ptr);
  text += ',';
}

std::string text_of(const SpanTrack& track) {
  std::string text = "{\"owner\":" + Json(track.owner).dump() + ",\"kind\":\"" + to_text(track.kind) +
                     "\",\"names\":" + Json(track.names).dump() + ",\"spans\":[";
  Picoseconds before{};
  for (const Span& span : track.spans) {
    for (const std::int64_t number : {(span.begin - before).value(), (span.end - span.begin).value(),
                                      std::int64_t{span.what}, std::int64_t{span.task}, span.number}) {
      add_number(text, number);
    }
    before = span.begin;
  }
  if (!track.spans.empty()) text.pop_back();  // the last comma
  return text + "]}";
}

SpanTrack read_track(const JsonValue& v) {
  v.only({"owner", "kind", "names", "spans"});
  SpanTrack track;
  track.owner = v.at("owner").text();
  track.kind = v.at("kind").one_of<SpanKind>(kSpanKinds);
  for (const JsonValue& name : v.at("names").items()) track.names.push_back(name.text());
  const std::vector<JsonValue> numbers = v.at("spans").items();
  if (numbers.size() % kNumbers != 0) {
    v.at("spans").fail("expected " + std::to_string(kNumbers) + " numbers for each span, got " +
                       std::to_string(numbers.size()) + " in all");
  }
  Picoseconds before{};
  for (std::size_t i = 0; i < numbers.size(); i += kNumbers) {
    Span span;
    const auto later = numbers[i].count<Picoseconds>(), length = numbers[i + 1].count<Picoseconds>();
    if (later < Picoseconds() || later > kLongestRecord - before)
      numbers[i].fail("expected a time after the one before");
    span.begin = before + later;
    if (length < Picoseconds() || length > kLongestRecord - span.begin) numbers[i + 1].fail("expected a length in ps");
    span.end = span.begin + length;
    span.what = numbers[i + 2].index();
    if (span.what < 0 || static_cast<std::size_t>(span.what) >= track.names.size()) {
      numbers[i + 2].fail("expected the index of one of the track's " + std::to_string(track.names.size()) + " names");
    }
    span.task = numbers[i + 3].index();
    if (span.task < kNobody) numbers[i + 3].fail("expected the index of a task, or -1 for nobody");
    span.number = numbers[i + 4].integer();
    before = span.begin;
    track.spans.push_back(span);
  }
  return track;
}

}  // namespace

std::string to_json(const SpanRecord& record) {
  std::string text = "{\n  \"schema_version\": \"" + std::string(kSpansSchemaVersion) +
                     "\",\n  \"until_ps\": " + std::to_string(record.until.value()) + ",\n  \"tracks\": [";
  for (std::size_t t = 0; t < record.tracks.size(); ++t) {
    text += (t == 0 ? "\n    " : ",\n    ") + text_of(record.tracks[t]);
  }
  return text + (record.tracks.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

SpanRecord spans_from_json(const std::string& text, const std::string& file) {
  const Json json = parse_json(text, file, "the spans of a run");
  const JsonValue root(json, json, file);
  root.only({"schema_version", "until_ps", "tracks"});
  const std::string version = root.at("schema_version").text();
  if (version.substr(0, version.find('.')) != "1") {
    root.at("schema_version")
        .fail("expected version 1, got \"" + version + "\": written by another version of Subvolt");
  }
  SpanRecord record;
  record.until = root.at("until_ps").count<Picoseconds>();
  for (const JsonValue& track : root.at("tracks").items()) record.tracks.push_back(read_track(track));
  return record;
}

}  // namespace subvolt::power
