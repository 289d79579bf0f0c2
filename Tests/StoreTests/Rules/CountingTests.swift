import Domain
import Primitives
import Testing

@testable import Store

struct CountingTests {
    private func facet(
        _ state: DeliveryState,
        instance: InstanceID = 1,
        object: Int64 = 1,
        change: Change = .created,
        replay: ReplayVerdict? = nil
    ) -> Facet { Facet(instance: instance, object: object, change: change, state: state, replay: replay) }

    /// 10 queued of instance 1, 3 of them replayed with success; 5 dead, 2 replayed well and 1 badly; 4 delivered of 2.
    private var facets: Facets {
        func counted(_ facet: Facet, _ events: Int64) -> CountedFacet {
            CountedFacet(facet: facet, objectName: facet.object == 1 ? "Account" : "Invoice__c", events: events)
        }
        return Facets(
            all: [
                counted(facet(.queued), 10), counted(facet(.dead, object: 2, change: .updated), 5),
                counted(facet(.delivered, instance: 2), 4), counted(facet(.none), 0),
            ],
            replayed: [
                counted(facet(.queued, replay: .succeeded), 3),
                counted(facet(.dead, object: 2, change: .updated, replay: .succeeded), 2),
                counted(facet(.dead, object: 2, change: .updated, replay: .failed), 1),
            ]
        )
    }

    /// A filter, the states that its events are counted under, and how many facets it reads.
    private static let filters:
        [(name: String, filter: @Sendable (inout EventFilter) -> Void, counts: [DeliveryState: Int64], streams: Int)] =
            [
                ("all", { _ in }, [.queued: 10, .dead: 5, .delivered: 4], 3),
                ("an instance", { $0.instanceIDs = [2] }, [.delivered: 4], 1),
                ("an object, whatever its case", { $0.objects = ["INVOICE__C"] }, [.dead: 5], 1),
                ("a change", { $0.changes = [.created] }, [.queued: 10, .delivered: 4], 2),
                ("a state", { $0.states = [.dead, .none] }, [.dead: 5], 1),
                (
                    "what is held is no more queued",
                    {
                        $0.heldInstances = [1]; $0.states = [.queued]
                    }, [:], 0
                ),
                (
                    "what is held",
                    {
                        $0.heldInstances = [1]; $0.states = [.held]
                    }, [.held: 10], 1
                ),
                ("held, with the rest", { $0.heldInstances = [1] }, [.held: 10, .dead: 5, .delivered: 4], 3),
                ("replays", { $0.replays = [.succeeded] }, [.queued: 3, .dead: 2], 2),
                ("both replays", { $0.replays = [.succeeded, .failed] }, [.queued: 3, .dead: 3], 3),
                ("without replays", { $0.excludedReplays = [.succeeded] }, [.queued: 7, .dead: 3, .delivered: 4], 3),
                (
                    "one less the other",
                    {
                        $0.replays = [.succeeded]; $0.excludedReplays = [.succeeded]
                    }, [:], 0
                ),
            ]

    @Test func `counters answer filters by facet`() {
        for (name, make, expected, streams) in Self.filters {
            var filter = EventFilter()
            make(&filter)
            let counts = facets.counts(filter)
            #expect(counts.byState.filter { $0.value != 0 } == expected, "\(name)")
            #expect(counts.total == expected.values.reduce(0, +), "\(name)")
            #expect(facets.streams(filter).count == streams, "\(name)")
        }
    }

    @Test func `the dead that were replayed well need nobody`() {
        let counts = facets.counts(EventFilter())
        #expect(counts.deadButReplayed == 2 && counts.dead == 3)
        #expect(counts.byReplay == [.succeeded: 5, .failed: 1])
    }

    @Test func `events looked at one by one are counted as facets are`() {
        var filter = EventFilter()
        filter.heldInstances = [1]
        var counts = EventCounts()
        counts.add(
            [
                EventTally(instance: 1, state: .waiting, replay: nil, events: 2),
                EventTally(instance: 2, state: .waiting, replay: nil, events: 3),
                EventTally(instance: 1, state: .dead, replay: .succeeded, events: 4),
            ],
            filter
        )
        #expect(counts.byState == [.held: 2, .waiting: 3, .dead: 4])
        #expect(counts.total == 9 && counts.dead == 0)
    }

    @Test func `what gains as much as it loses is not written`() {
        var changes = FacetChanges()
        changes.add(2, to: facet(.queued))
        changes.add(-2, to: facet(.queued))
        changes.add(1, to: facet(.dead))
        #expect(changes.events == [facet(.dead): 1])
        var others = FacetChanges()
        others.add(-1, to: facet(.dead))
        changes.merge(others)
        #expect(changes.events.isEmpty)
    }

    @Test func `blocks of sequences know the times between which their events were stored`() {
        var times = TimeBlocks()
        let width = TimeBlocks.width
        for (sequence, time) in [(1, 50), (width - 1, 40), (width, 70), (3 * width, 10)] as [(Int64, Int64)] {
            times.add(Timestamp(milliseconds: time), sequence: sequence)
        }
        var others = TimeBlocks()
        others.add(Timestamp(milliseconds: 90), sequence: width + 5)
        times.merge(others)
        #expect(times.times == [0: 40...50, 1: 70...90, 3: 10...10])
    }

    @Test(
        arguments: [
            ([], 0...Int64.max, []), ([0], 0...Int64.max, [0...2047]), ([0, 1], 0...Int64.max, [0...4095]),
            ([0, 2], 0...Int64.max, [0...2047, 4096...6143]), ([0, 1, 3], 2000...2100, [2000...2100]),
            ([0], 5000...6000, []),
        ] as [([Int64], ClosedRange<Int64>, [ClosedRange<Int64>])]
    )
    func `blocks become ranges of sequences`(
        blocks: [Int64],
        whole: ClosedRange<Int64>,
        expected: [ClosedRange<Int64>]
    ) { #expect(TimeBlocks.ranges(of: blocks, within: whole) == expected) }

    @Test func `only blocks that lie in one slot are counted whole`() {
        typealias Block = ActivityBlocks.Block
        let blocks = [
            Block(number: 0, earliest: 1000, latest: 9000), Block(number: 1, earliest: 20_000, latest: 29_999),
            Block(number: 2, earliest: 29_999, latest: 30_000), Block(number: 3, earliest: 10_000, latest: 25_000),
            Block(number: 4, earliest: 31_000, latest: 32_000),
        ]
        let sorted = ActivityBlocks(blocks, since: Timestamp(seconds: 15))
        #expect(sorted.whole.map(\.start) == [20, 30])
        #expect(sorted.whole.map(\.sequences) == [TimeBlocks.sequences(of: 1), TimeBlocks.sequences(of: 4)])
        #expect(sorted.shared == [TimeBlocks.sequences(of: 2), TimeBlocks.sequences(of: 3)])
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `each block is counted or read once, those of one slot that follow each other together`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let since = Timestamp(seconds: 30)
        var blocks: [ActivityBlocks.Block] = []
        var (number, moment): (Int64, Int64) = (0, 20_000)
        for _ in 0..<80 {
            number += Int64.random(in: 0..<8, using: &random) == 0 ? 2 : 1
            let isJump = Int.random(in: 0..<6, using: &random) == 0
            moment += isJump ? Int64.random(in: -9000...12_000, using: &random) : 900
            let latest = moment + Int64.random(in: 0..<900, using: &random)
            blocks.append(ActivityBlocks.Block(number: number, earliest: moment, latest: latest))
        }
        let sorted = ActivityBlocks(blocks, since: since)
        var known: [Int64: ActivityBlocks.Block] = [:]
        for block in blocks where block.latest >= since.milliseconds { known[block.number] = block }
        for range in sorted.shared {
            let block = known.removeValue(forKey: range.lowerBound / TimeBlocks.width)
            #expect(block.map { TimeBlocks.sequences(of: $0.number) } == range)
        }
        for whole in sorted.whole {
            let ends = (whole.sequences.lowerBound / TimeBlocks.width, whole.sequences.upperBound / TimeBlocks.width)
            for number in ends.0...ends.1 {
                let block = known.removeValue(forKey: number)
                let slots = [block?.earliest, block?.latest].map { ($0 ?? -1) / ActivityBlocks.slot }
                #expect(slots.allSatisfy { ActivityBlocks.start(ofSlot: $0) == whole.start })
                #expect(block?.earliest ?? 0 >= since.milliseconds)
            }
        }
        #expect(known.isEmpty)
        for (one, next) in zip(sorted.whole, sorted.whole.dropFirst()) {
            #expect(one.start != next.start || one.sequences.upperBound + 1 < next.sequences.lowerBound)
        }
        #expect(sorted.whole.contains { $0.sequences.count > TimeBlocks.width })
    }
}
