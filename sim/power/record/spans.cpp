#include "sim/power/record/spans.h"

#include <algorithm>
#include <tuple>

namespace subvolt::power {

const char* to_text(SpanKind kind) {
  static constexpr const char* kTexts[kSpanKinds] = {"component", "power_domain", "engine", "port", "memory_bank"};
  return kTexts[static_cast<int>(kind)];
}

int SpanLog::add_track(std::string owner, SpanKind kind, std::vector<std::string> names) {
  tracks_.push_back({std::move(owner), kind, std::move(names), {}});
  open_.emplace_back();
  return static_cast<int>(tracks_.size()) - 1;
}

void SpanLog::add(int track, Span span) {
  std::vector<Span>& spans = tracks_[static_cast<std::size_t>(track)].spans;
  if (!spans.empty()) {
    Span& last = spans.back();
    const bool same = last.what == span.what && last.task == span.task && last.number == kNoNumber &&
                      span.number == kNoNumber && last.end == span.begin;
    if (same) {
      last.end = span.end;
      return;
    }
  }
  if (count_ == most_) {
    until_ = until_ < Picoseconds() ? span.begin : std::min(until_, span.begin);
    return;
  }
  ++count_;
  spans.push_back(span);
}

void SpanLog::begin(int track, Picoseconds begin, std::int32_t what, std::int64_t number) {
  end(track, begin);
  open_[static_cast<std::size_t>(track)] = {{begin, begin, what, kNobody, number}, true};
}

void SpanLog::end(int track, Picoseconds end) {
  Open& open = open_[static_cast<std::size_t>(track)];
  if (!open.open) return;
  open.open = false;
  open.span.end = end;
  if (open.span.end > open.span.begin) add(track, open.span);
}

SpanRecord SpanLog::finish(Picoseconds end) {
  for (std::size_t t = 0; t < tracks_.size(); ++t) this->end(static_cast<int>(t), end);
  SpanRecord record;
  record.until = until_ < Picoseconds() ? end : until_;
  record.tracks = std::move(tracks_);
  for (SpanTrack& track : record.tracks) {
    const auto key = [](const Span& s) { return std::tuple(s.begin, s.end, s.what, s.task, s.number); };
    std::sort(track.spans.begin(), track.spans.end(), [&](const Span& a, const Span& b) { return key(a) < key(b); });
  }
  return record;
}

}  // namespace subvolt::power
