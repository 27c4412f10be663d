#include "sim/power/technology/process.h"

namespace subvolt::power {

const config::Schema<ProcessSpread>& ProcessSpread::schema() {
  static const auto s =
      config::Schema<ProcessSpread>("process_spread",
                                    "How far chips lie from the typical one. Corners are three deviations away.")
          .required("threshold_sigma", &ProcessSpread::threshold_sigma,
                    "Standard deviation of the threshold from die to die.",
                    config::between(Voltage(), Voltage::from_si(0.1)))
          .optional("drive_loss_per_volt", &ProcessSpread::drive_loss_per_volt,
                    "What slow chips lose in drive at equal overdrive besides, ln per volt of threshold; none when "
                    "absent.",
                    config::between(0.0, 20.0))
          .optional("mismatch", &ProcessSpread::mismatch, "How transistors of one chip differ.");
  return s;
}

ThresholdShift ProcessSpread::slower(Voltage pull_down, Voltage pull_up) const {
  const double loss = drive_loss_per_volt ? drive_loss_per_volt->value : 0.0;
  return {pull_down, pull_up, loss * pull_down.si(), loss * pull_up.si()};
}

ThresholdShift ProcessSpread::at(double deviations) const {
  const Voltage away = deviations * threshold_sigma.value;
  return slower(away, away);
}

ThresholdShift ProcessSpread::at(Corner corner) const {
  const Voltage away = kCornerSigmas * threshold_sigma.value;
  switch (corner) {
    case Corner::kTt:
      return {};
    case Corner::kSs:
      return slower(away, away);
    case Corner::kFf:
      return slower(-away, -away);
    case Corner::kSf:
      return slower(away, -away);
    case Corner::kFs:
      return slower(-away, away);
  }
  return {};
}

const config::Schema<BodyBias>& BodyBias::schema() {
  static const auto s =
      config::Schema<BodyBias>("body_bias", "Wells that may be driven apart from the supplies.")
          .required("threshold_per_volt", &BodyBias::threshold_per_volt,
                    "Fall of the threshold per volt of forward bias, in volts.", config::between(0.0, 0.5))
          .required("highest", &BodyBias::highest, "Strongest forward bias.",
                    config::between(Voltage(), Voltage::from_si(5.0)))
          .optional("reverse", &BodyBias::reverse, "Strongest reverse bias, as a positive voltage; none when absent.",
                    config::between(Voltage(), Voltage::from_si(5.0)))
          .required("generator", &BodyBias::generator, "What the generator of one domain's bias draws.",
                    config::between(Power(), Power::from_si(1e-2)))
          .required("settle", &BodyBias::settle, "How long a change of the bias takes.",
                    config::between(Time(), Time::from_si(1.0)));
  return s;
}

}  // namespace subvolt::power

namespace subvolt::config {

const std::vector<std::pair<power::Corner, std::string>>& EnumNames<power::Corner>::names() {
  using power::Corner;
  static const std::vector<std::pair<Corner, std::string>> names{
      {Corner::kTt, "tt"}, {Corner::kSs, "ss"}, {Corner::kFf, "ff"}, {Corner::kSf, "sf"}, {Corner::kFs, "fs"}};
  return names;
}

}  // namespace subvolt::config
