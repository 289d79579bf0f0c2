/// Days and calendar dates in UTC, by the proleptic Gregorian calendar.
struct CivilDate: Sendable, Equatable {
    var year: Int
    var month: Int
    var day: Int

    /// The date so many days after 1970-01-01.
    init(days: Int) {
        // Counts from 1 March 0000 in eras of 400 years, so that the leap day is the last of its year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The date, with a month outside 1…12 carried into the year.
    init(year: Int, month: Int, day: Int) {
        let months = year * 12 + month - 1
        self.year = Int((Double(months) / 12).rounded(.down))
        self.month = months - self.year * 12 + 1
        self.day = day
    }

    /// Days since 1970-01-01.
    var days: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Whether day and month exist in the calendar.
    var isValid: Bool {
        (1...12).contains(month) && (1...31).contains(day) && CivilDate(days: days) == self
    }
}
