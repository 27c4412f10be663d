#include "sim/scenario/stage/stage.h"

#include <algorithm>

#include "sim/scenario/value/csv.h"

namespace subvolt::scenario {
namespace {

constexpr Time kLongestWork = Time::from_si(1e6);
constexpr Energy kMostEnergy = Energy::from_si(1e6);

void check_pass(const Pass& pass, const config::Node& node, config::Diagnostics& d) {
  const int ways = (pass.rate ? 1 : 0) + (pass.tpr || pass.fpr ? 1 : 0) + (pass.confidence.empty() ? 0 : 1);
  if (ways != 1) {
    d.error(node,
            "expected one of `rate`, `tpr` with `fpr`, and `confidence` with `threshold`, got " + std::to_string(ways));
  }
  if (pass.tpr.has_value() != pass.fpr.has_value()) d.error(node, "`tpr` and `fpr` go together");
  if (pass.tpr && pass.label.empty() == !pass.prevalence) {
    d.error(node, "expected `label`, one of the source's, or `prevalence` of the stage's own");
  }
  if (pass.confidence.empty() == pass.threshold.has_value()) d.error(node, "`confidence` and `threshold` go together");
}

// Columns score and count, and label (1 or 0) where the truth is known.
void read_scores(Pass& pass, const config::Node& node) {
  if (pass.confidence.empty()) return;
  const config::SourceLocation& at = node.find("confidence")->location();
  Csv csv(beside(pass.confidence, at), {"score", "count"}, at);
  const int score = csv.column("score"), count = csv.column("count"), label = csv.column("label");
  double all[2] = {0.0, 0.0}, above[2] = {0.0, 0.0};
  while (csv.next()) {
    const double n = csv.number(count);
    const double truth = label >= 0 ? csv.number(label) : 0.0;
    if (n < 0.0) csv.refuse("expected a count of 0 or more");
    if (truth != 0.0 && truth != 1.0) csv.refuse("expected a label of 0 or 1");
    const auto which = static_cast<std::size_t>(truth);
    all[which] += n;
    if (csv.number(score) >= *pass.threshold) above[which] += n;
  }
  if (all[0] + all[1] <= 0.0) csv.refuse("expected counts above 0, got none");
  pass.above = (above[0] + above[1]) / (all[0] + all[1]);
  if (label < 0) return;
  pass.share_true = all[1] / (all[0] + all[1]);
  pass.above_true = all[1] > 0.0 ? above[1] / all[1] : 0.0;
  pass.above_false = all[0] > 0.0 ? above[0] / all[0] : 0.0;
}

void check_work(const Work& work, const config::Node& node, config::Diagnostics& d) {
  const int ways =
      (work.given ? 1 : 0) + (work.device.empty() ? 0 : 1) + (work.network.empty() ? 0 : 1) + (work.cycles ? 1 : 0);
  if (ways != 1) {
    d.error(node, "expected one of `given`, `device`, `cycles` and `network`, got " + std::to_string(ways));
    return;
  }
  const int does = (work.event.empty() ? 0 : 1) + (work.state.empty() ? 0 : 1) + (node.find("payload") ? 1 : 0);
  if (!work.device.empty() && does != 1) {
    d.error(node, "expected one of `event`, `state` with `time`, and `payload`, got " + std::to_string(does));
  }
  if (work.device.empty() && does > 0) d.error(node, "which device does that? Add `device`");
  if (!work.state.empty() && !node.find("time")) d.error(node, "for how long? Add `time`");
  const std::vector<std::string> kinds{"application", "phy"};
  if (!work.of.empty() && std::find(kinds.begin(), kinds.end(), work.of) == kinds.end()) {
    d.error(*node.find("of"), config::not_one_of(kinds, work.of));
  }
}

}  // namespace

const config::Schema<GivenWork>& GivenWork::schema() {
  static const auto s =
      config::Schema<GivenWork>("given_work", "Time and energy of one run.")
          .optional("time", &GivenWork::time, "It takes.", config::between(Time(), kLongestWork))
          .optional("energy", &GivenWork::energy, "It takes, above rest.", config::between(Energy(), kMostEnergy))
          .optional("power", &GivenWork::power, "Or the power drawn for that time, above rest.")
          .optional("charge", &GivenWork::charge, "Or a charge, at the rail's voltage.")
          .check([](const GivenWork& g, const config::Node& node, config::Diagnostics& d) {
            if ((g.energy ? 1 : 0) + (g.power ? 1 : 0) + (g.charge ? 1 : 0) > 1) {
              d.error(node, "expected one of `energy`, `power` and `charge`, got several");
            }
          });
  return s;
}

const config::Schema<Work>& Work::schema() {
  static const auto s =
      config::Schema<Work>("work", "What one run of a stage does.")
          .optional("given", &Work::given, "Takes a given time and energy.")
          .optional("device", &Work::device, "A device does it.")
          .optional("event", &Work::event, "An event of that device.")
          .optional("state", &Work::state, "Or it is in a state,")
          .optional("time", &Work::time, "for so long.", config::between(Time(), kLongestWork))
          .optional("payload", &Work::payload, "Or it sends so much, as its protocol has it.",
                    config::between(Bytes(0), Bytes(std::int64_t{1} << 40)))
          .optional("of", &Work::of, "What the payload is: application (when absent) or phy, with all headers.")
          .optional("packet", &Work::packet, "Larger payloads go in packets of so much each, the last one filled up.",
                    config::between(Bytes(0), Bytes(std::int64_t{1} << 30)))
          .optional("header", &Work::header, "Of each packet; the protocol's own when absent.",
                    config::between(Bytes(0), Bytes(65536)))
          .optional("cycles", &Work::cycles,
                    "So many cycles of the device that it is `on`, at the speed that its policy chooses.",
                    config::between(1e-3, 1e15))
          .optional("network", &Work::network, "A network runs on the design.")
          .check(check_work);
  return s;
}

const config::Schema<Pass>& Pass::schema() {
  static const auto s =
      config::Schema<Pass>("pass", "What a stage lets through.")
          .optional("rate", &Pass::rate, "Share that passes, whatever it is.", config::between(0.0, 1.0))
          .optional("label", &Pass::label, "Or what it looks for: a label of its source,")
          .optional("prevalence", &Pass::prevalence, "or of the stage's own, as common as that;",
                    config::between(0.0, 1.0))
          .optional("tpr", &Pass::tpr, "share of those with the label that pass,", config::between(0.0, 1.0))
          .optional("fpr", &Pass::fpr, "and of those without.", config::between(0.0, 1.0))
          .optional("confidence", &Pass::confidence,
                    "Or a CSV of scores: columns score, count and, if known, label (1, 0);")
          .optional("threshold", &Pass::threshold, "scores from it on pass.", config::between(-1e12, 1e12))
          .optional("per", &Pass::per, "run: each run may pass something on; when absent, all runs together once.")
          .check(check_pass)
          .settle(read_scores);
  return s;
}

const config::Schema<Stage>& Stage::schema() {
  static const auto s =
      config::Schema<Stage>("stage", "A step of what is done with what arrives.")
          .required("after", &Stage::after, "The source or the stage whose events it takes.")
          .optional("on", &Stage::on, "Device that does it and nothing else meanwhile; no waiting when absent.")
          .optional("state", &Stage::state, "Of that device meanwhile.")
          .optional("holds", &Stage::holds, "States in which devices are held, by device.")
          .optional("for", &Stage::hold_for,
                    "How long: a time, or a source whose events' length it is; the work when absent.")
          .optional("frames", &Stage::frames,
                    "Or so many frames of the one held device, which takes them for this alone,",
                    config::between(std::int64_t{1}, std::int64_t{1'000'000}))
          .optional("rate", &Stage::rate, "so many in a time.",
                    config::between(Frequency::from_si(1e-6), Frequency::from_si(1e9)))
          .optional("filter", &Stage::filter, "What it compares, in words.")
          .optional("every", &Stage::every, "From one run to the next.",
                    config::between(Time::from_si(1e-6), kLongestWork))
          .optional("runs", &Stage::runs, "Of the work, for each event.",
                    config::between(std::int64_t{1}, std::int64_t{1'000'000'000}))
          .optional("wake", &Stage::wake, "Energy before the first of them.", config::between(Energy(), kMostEnergy))
          .optional("rail", &Stage::rail, "From which given work is drawn; the device's, or the only regulator's.")
          .optional("work", &Stage::work, "What one run does; nothing when absent.")
          .optional("pass", &Stage::pass, "What goes on to the stages behind it; all when absent.")
          .optional("batch", &Stage::batch, "So many events are gathered before it runs.",
                    config::between(std::int64_t{1}, std::int64_t{1'000'000}))
          .optional("deadline", &Stage::deadline, "From the event's arrival to the end of this stage.",
                    config::between(Time::from_si(1e-6), kLongest))
          .optional("priority", &Stage::priority, "Where its device goes by priority: higher goes first.",
                    config::between(std::int64_t{-1000}, std::int64_t{1000}))
          .optional("layers", &Stage::layers, "Equal parts of its work, between which higher priority goes first.",
                    config::between(std::int64_t{1}, std::int64_t{100'000}))
          .optional("drop", &Stage::drop,
                    "Where its device is busy: none (it waits, when absent), newest (it is lost) or oldest (that waits "
                    "longest).")
          .optional("queue", &Stage::queue, "Places to wait, beyond which something is dropped.",
                    config::between(std::int64_t{0}, std::int64_t{1'000'000}))
          .optional("pre_roll", &Stage::pre_roll, "Of what was before the event that it needs: how much must be kept.",
                    config::between(Time(), Time::from_si(1e5)))
          .check([](const Stage& stage, const config::Node& node, config::Diagnostics& d) {
            const std::vector<std::string> drops{"none", "newest", "oldest"};
            if (!stage.drop.empty() && std::find(drops.begin(), drops.end(), stage.drop) == drops.end()) {
              d.error(*node.find("drop"), config::not_one_of(drops, stage.drop));
            }
            if (stage.frames.has_value() != stage.rate.has_value()) d.error(node, "`frames` and `rate` go together");
            if (stage.frames && stage.holds.size() != 1) d.error(node, "frames of what? Add one device to `holds`");
            if (stage.frames && !stage.hold_for.empty()) {
              d.error(*node.find("for"), "`frames` say how long: remove one");
            }
            if (!stage.hold_for.empty() && stage.holds.empty())
              d.error(*node.find("for"), "nothing is held: add `holds`");
            if (!stage.state.empty() && stage.on.empty()) d.error(*node.find("state"), "of which device? Add `on`");
            if (stage.frames && stage.work)
              d.error(*node.find("work"), "taking frames is the work: give it a stage of its own");
            if (stage.work && !stage.work->device.empty() && !stage.on.empty()) {
              d.error(*node.find("on"), "`work: {device: " + stage.work->device + "}` says who does it: remove one");
            }
          });
  return s;
}

}  // namespace subvolt::scenario
