// Arrivals as a file has them: columns time_s, and if there are length_s, label (names with | between them) and source,
// of which the rows of one name are taken. Read row by row, so that a long trace takes no memory.
#include <algorithm>
#include <cmath>

#include "sim/scenario/arrival/arrivals.h"
#include "sim/scenario/value/csv.h"

namespace subvolt::scenario {
namespace {

class Replay : public Arrivals {
 public:
  std::string csv, source;
  Time repeat;
  std::string file;  // found
  config::SourceLocation mention;
  static const config::Schema<Replay>& schema();
  Profile rate(const Begin&) const override {
    const double mean = static_cast<double>(rows) / span;
    if (repeat != Time()) return Profile(mean);
    return Profile::series({{0, mean}, {std::max(nanoseconds(Time::from_si(span)), Nanoseconds{1}), 0.0}});
  }
  Gaps gaps(double) const override { return sampled_gaps(between); }
  bool regular() const override { return true; }
  std::unique_ptr<ArrivalStream> stream(const Begin& begin, Random random) const override;

  // Of the file: how many rows in how many seconds, and a sample of the gaps.
  std::int64_t rows = 0;
  double span = 1.0;
  std::vector<double> between;
};

constexpr std::size_t kGapsKept = 100'000;

class Stream : public ArrivalStream {
 public:
  explicit Stream(const Replay& source) : source_(source), rows_(source.file, {"time_s"}, source.mention) { look(); }
  bool next(Arrival& arrival) override {
    while (true) {
      if (!rows_.next()) {
        if (source_.repeat == Time()) return false;
        rows_ = Csv(source_.file, {"time_s"}, source_.mention);
        begin_ += nanoseconds(source_.repeat);
        continue;
      }
      if (which_ >= 0 && !source_.source.empty() && rows_.word(which_) != source_.source) continue;
      const double t = rows_.number(time_);
      if (t < 0.0 || t > kLongest.si()) rows_.refuse("expected a time from 0 s to 200 years");
      arrival.time = begin_ + nanoseconds(Time::from_si(t));
      if (arrival.time < last_) rows_.refuse("expected times in order");
      last_ = arrival.time;
      arrival.length = length_ >= 0 ? nanoseconds(Time::from_si(rows_.number(length_))) : nanoseconds(source_.length);
      arrival.labelled = label_ >= 0;
      arrival.label = label_ >= 0 ? std::string(rows_.word(label_)) : "";
      return true;
    }
  }

 private:
  void look() {
    time_ = rows_.column("time_s");
    length_ = rows_.column("length_s");
    label_ = rows_.column("label");
    which_ = rows_.column("source");
  }
  const Replay& source_;
  Csv rows_;
  int time_ = 0, length_ = -1, label_ = -1, which_ = -1;
  Nanoseconds begin_ = 0, last_ = 0;
};

void measure(Replay& replay, const config::Node& node) {
  replay.mention = node.find("csv")->location();
  replay.file = beside(replay.csv, replay.mention);
  const Time repeat = replay.repeat;
  replay.repeat = Time();
  Stream stream(replay);
  Arrival arrival;
  Nanoseconds last = 0;
  while (stream.next(arrival)) {
    if (replay.rows++ > 0 && replay.between.size() < kGapsKept) replay.between.push_back(seconds(arrival.time - last));
    last = arrival.time;
  }
  replay.repeat = repeat;
  replay.span = repeat != Time() ? repeat.si() : std::max(seconds(last), 1e-9);
  if (replay.between.empty()) replay.between.push_back(replay.span);
  if (repeat != Time() && last > nanoseconds(repeat)) {
    throw_configuration(node.find("repeat")->location().text() + ": the last row of " + replay.file + " comes after " +
                        brief(repeat) + ": lengthen `repeat`");
  }
}

const config::Schema<Replay>& Replay::schema() {
  static const auto s = with_common_keys(
      config::Schema<Replay>("replay", "Arrivals as a file has them.")
          .required("csv", &Replay::csv, "A file with columns time_s and, if it has them, length_s, label and source.")
          .optional("source", &Replay::source, "Rows of this name in the column source; all when absent.")
          .optional("repeat", &Replay::repeat, "After which the file begins anew; 0 s: never.",
                    config::between(Time(), kLongest))
          .settle([](Replay& replay, const config::Node& node) { measure(replay, node); }));
  return s;
}

std::unique_ptr<ArrivalStream> Replay::stream(const Begin&, Random) const { return std::make_unique<Stream>(*this); }

const bool replay_registered = Arrivals::makers().add<Replay>();

}  // namespace
}  // namespace subvolt::scenario
