import PairCore
import Testing

@Suite struct NumberTests {
  @Test(
    arguments: [
      (0, 2, "0.00"), (0.005, 2, "0.01"), (1.005, 2, "1.00"), (0.994, 2, "0.99"), (0.999, 2, "1.00"),
      (2.5, 0, "3"),
      (-2.5, 0, "-3"), (-0.001, 2, "0.00"), (-1.25, 1, "-1.3"), (12.3456, 4, "12.3456"), (3, 4, "3.0000"),
      (999_999_999_999, 2, "999999999999.00"), (1e12, 2, "1000000000000.0"), (1e300, 2, "1e+300"),
      (.nan, 2, "nan"), (.infinity, 2, "inf"), (-.infinity, 2, "-inf"),
      (123_456_789_012, 8, "123456789012.0"),
      (0.5, 8, "0.50000000"), (-0.0, 2, "0.00"),
    ] as [(Double, Int, String)])
  func `a number has exactly the digits asked for`(_ number: Double, _ digits: Int, _ shown: String) {
    #expect(number.fixed(digits: digits) == shown)
  }

  @Test(
    arguments: [
      (0, "$0.00"), (0.45, "$0.45"), (0.0012, "$0.0012"), (0.00999, "$0.0100"), (0.01, "$0.01"),
      (12, "$12.00"),
      (-5, "$-5.00"), (-0.004, "$-0.0040"), (.nan, "$nan"), (1_000_000, "$1000000.00"),
    ] as [(Double, String)])
  func `money has four digits below a cent and two above`(_ amount: Double, _ shown: String) {
    #expect(amount.inDollars == shown)
  }

  @Test(
    arguments: [
      (0.23, 0.45, "$0.23"), (0.23, 0.23, "$0.23"), (0.2312, 0.23, "$0.231"), (0.23, 0.2312, "$0.230"),
      (0.230001, 0.23, "$0.230001"), (0.00121, 0.00122, "$0.00121"),
    ] as [(Double, Double, String)])
  func `money beside other money has the digits that tell them apart`(
    _ amount: Double, _ other: Double, _ shown: String
  ) {
    #expect(Dollars(amount).text(besides: Dollars(other)) == shown)
  }
}
