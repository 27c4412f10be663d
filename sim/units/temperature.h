// Absolute temperature. A class of its own because 25 °C + 25 °C has no meaning.
#pragma once

namespace subvolt {

class Temperature {
 public:
  constexpr Temperature() = default;
  static constexpr Temperature from_kelvin(double k) { return Temperature(k); }
  static constexpr Temperature from_celsius(double c) { return Temperature(c + 273.15); }
  constexpr double kelvin() const { return kelvin_; }
  constexpr double celsius() const { return kelvin_ - 273.15; }

  friend constexpr bool operator==(Temperature a, Temperature b) { return a.kelvin_ == b.kelvin_; }
  friend constexpr bool operator<(Temperature a, Temperature b) { return a.kelvin_ < b.kelvin_; }
  friend constexpr bool operator<=(Temperature a, Temperature b) { return a.kelvin_ <= b.kelvin_; }

 private:
  explicit constexpr Temperature(double k) : kelvin_(k) {}
  double kelvin_ = 298.15;
};

}  // namespace subvolt
