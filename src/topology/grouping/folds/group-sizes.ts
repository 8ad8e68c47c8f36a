import type { ReportIndex } from '../../reports/index/report-index.ts'
import type { ChosenView } from '../choose-view.ts'
import { groupAroundIn, groupSizesIn } from '../memberships.ts'
import { plainPlacement } from '../plain-placement.ts'

type Members = ReadonlyMap<string, ReadonlySet<string>>

/** What may have an address. */
const holderTopologies = ['container', 'host'] as const

/**
 * How many nodes of a view are in each group, over all reports, for groupings that fold only groups of several. It takes what
 * changes from report to report.
 */
export class GroupSizes {
  readonly #chosen: ChosenView
  readonly #least: number
  readonly #ofReport = new Map<ReportIndex, Members>()
  /** By group and node, in how many reports it is. */
  readonly #counts = new Map<string, Map<string, number>>()
  /** Whether a group was large enough before the latest changes. */
  readonly #before = new Map<string, boolean>()

  constructor(chosen: ChosenView) {
    this.#chosen = chosen
    this.#least = chosen.folding?.grouping.leastMembers ?? 1
  }

  /** Whether a group, by its id, has as many members as it takes to be folded. */
  isFolded(id: string): boolean {
    return this.#least <= 1 || (this.#counts.get(id)?.size ?? 0) >= this.#least
  }

  /** Counts the members that a report has. */
  add(index: ReportIndex): void {
    const { folding, definition, options } = this.#chosen
    if (folding === undefined || this.#least <= 1) return
    const members = groupSizesIn(index, plainPlacement(definition, index, options), folding)
    this.#ofReport.set(index, members)
    this.#count(members, 1)
  }

  /** Counts the members of a report no more. */
  remove(index: ReportIndex): void {
    this.#count(this.#ofReport.get(index) ?? new Map(), -1)
    this.#ofReport.delete(index)
  }

  /** The groups, by their ids, that are folded now and were not before, or the other way around, since this was last asked. */
  takeToggled(): ReadonlySet<string> {
    const toggled = new Set<string>()
    for (const [id, was] of this.#before) if (this.isFolded(id) !== was) toggled.add(id)
    this.#before.clear()
    return toggled
  }

  /** Whether a report has a part of one of these groups. */
  hasMembers(index: ReportIndex, groups: ReadonlySet<string>): boolean {
    const members = this.#ofReport.get(index)
    return members !== undefined && [...groups].some((id) => members.has(id))
  }

  /**
   * Whether a report has a container or host all whose processes belong to one of these groups, so that connections of it may end
   * there, also those of processes that nobody knows.
   */
  isWithin(index: ReportIndex, groups: ReadonlySet<string>): boolean {
    const { folding, definition } = this.#chosen
    if (folding === undefined) return false
    return holderTopologies
      .filter((topology) => !definition.placesOwners.includes(topology))
      .some((topology) =>
        index.byTopology[topology].some((node) => {
          const around = groupAroundIn(index, node, folding)
          return around !== undefined && groups.has(around)
        }),
      )
  }

  #count(members: Members, by: 1 | -1): void {
    for (const [group, nodes] of members) {
      if (!this.#before.has(group)) this.#before.set(group, this.isFolded(group))
      const counts = this.#counts.get(group) ?? new Map<string, number>()
      for (const node of nodes) {
        const count = (counts.get(node) ?? 0) + by
        if (count > 0) counts.set(node, count)
        else counts.delete(node)
      }
      if (counts.size > 0) this.#counts.set(group, counts)
      else this.#counts.delete(group)
    }
  }
}
