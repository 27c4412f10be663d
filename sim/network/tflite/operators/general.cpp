// Operators that a processor runs: detection heads, audio front ends. Their outputs are as the file states them.
#include "sim/network/tflite/translation.h"

namespace subvolt::network::tflite {
namespace {

bool general(Translation& t, const char* op) {
  t.layer().op = Operator(op);
  if (t.results() == 1) t.layer().shape = t.stated_shape();
  t.take_all();
  return true;
}

const bool general_registered = register_translations({
    {"NON_MAX_SUPPRESSION_V4", [](Translation& t) { return general(t, "non_max_suppression"); }},
    {"NON_MAX_SUPPRESSION_V5", [](Translation& t) { return general(t, "non_max_suppression"); }},
    // Decodes boxes by the anchors in its third operand, then picks the best.
    {"CUSTOM:TFLite_Detection_PostProcess", [](Translation& t) { return general(t, "non_max_suppression"); }},
    {"CUSTOM:SignalWindow", [](Translation& t) { return general(t, "signal_window"); }},
    {"CUSTOM:SignalRfft", [](Translation& t) { return general(t, "rfft"); }},
    {"CUSTOM:SignalFftAutoScale", [](Translation& t) { return general(t, "fft_auto_scale"); }},
    {"CUSTOM:SignalEnergy", [](Translation& t) { return general(t, "signal_energy"); }},
    {"CUSTOM:SignalFilterBank", [](Translation& t) { return general(t, "filter_bank"); }},
    {"CUSTOM:SignalFilterBankSquareRoot", [](Translation& t) { return general(t, "filter_bank_square_root"); }},
    {"CUSTOM:SignalFilterBankSpectralSubtraction",
     [](Translation& t) { return general(t, "filter_bank_spectral_subtraction"); }},
    {"CUSTOM:SignalPCAN", [](Translation& t) { return general(t, "pcan"); }},
    {"CUSTOM:SignalFilterBankLog", [](Translation& t) { return general(t, "filter_bank_log"); }},
});

}  // namespace
}  // namespace subvolt::network::tflite
