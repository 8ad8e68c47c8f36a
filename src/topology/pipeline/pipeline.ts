import type { ViewDescription } from '../../api/types.ts'
import type { Flow } from '../connections/flow.ts'
import { type RecordIds, Stitcher } from '../connections/stitching/stitcher.ts'
import { chooseView } from '../grouping/choose-view.ts'
import { ungrouped } from '../grouping/grouping-options.ts'
import type { HeldReport } from '../held-report.ts'
import { keepLatest } from '../keep-latest.ts'
import type { ConnectedView } from '../query/filter/touched.ts'
import type { AskedQuery, FilteredView, ViewFilter } from '../query/filter/view-filter.ts'
import type { FoldedTexts } from '../query/match/folded-texts.ts'
import { defaultContext, type RenderContext } from '../render-context.ts'
import type { ViewOptions } from '../view/options/options.ts'
import type { View } from '../view/view.ts'
import type { ViewParts } from '../view/view-parts.ts'
import { describe, type OptionsByView } from './describe.ts'
import { Filters } from './filters.ts'
import { type IndexedReports, ReportStage } from './indexed-reports.ts'
import { ViewStages } from './view-stages.ts'

/** Most views, each with certain options, whose stages are kept. */
const MAX_VIEWS = 64

/** Most descriptions of all views that are kept of the same reports, each for certain options. */
const MAX_DESCRIPTIONS = 64

/**
 * Views that were not asked for while the reports changed this often, or once for each report, are dropped, since they
 * hold reports that have been replaced.
 */
const CHANGES_KEPT = 8

interface KnownView {
  readonly stages: ViewStages
  /** When it was last asked for, by the version of the stitcher. */
  readonly askedAt: number
  /** Whether it was asked for since the last sweep. */
  isInUse: boolean
}

interface Descriptions {
  /** Weak, because nobody may ever ask again. */
  readonly held: WeakRef<readonly HeldReport[]>
  readonly byOptions: Map<string, readonly ViewDescription[]>
}

/**
 * All stages from reports to views, for one tenant:
 *
 * 1. **index, flows**: each report by itself ({@link ReportStage})
 * 2. **stitch**: halves of connections, across reports ({@link Stitcher})
 * 3. for each view and its options ({@link ViewStages}): **place** and **fold** the nodes of each report, **place** the
 *    stitched flows, **assemble** edges and nodes
 * 4. for each view and query ({@link ViewFilter}): **filter**
 *
 * Each stage takes a change and gives a change. What a report did not change is not looked at again; the result for a set
 * of reports never depends on the sets before. Whatever is remembered is in this object, and goes with it.
 *
 * It is meant to be asked about successive sets of reports. Asking about an older one in between gives the right answer,
 * but costs the change back and forth.
 *
 * @example
 * const pipeline = new Pipeline(context)
 * const view = pipeline.view('containers', { system: 'all' }, held)
 * for (const edge of view.edges.values()) console.log(edge.source, edge.target, edge.open)
 */
export class Pipeline {
  readonly context: RenderContext
  readonly #reports = new ReportStage()
  readonly #stitcher = new Stitcher()
  /** Least recently asked for first. */
  readonly #views = new Map<string, KnownView>()
  /** The latest view for each view and its options, for as long as somebody uses it. */
  readonly #latest = new Map<string, WeakRef<View>>()
  readonly #filters = new Filters()
  #descriptions: Descriptions | undefined

  constructor(context: RenderContext = defaultContext) {
    this.context = context
  }

  /**
   * A view: its nodes, and the connections between them. The same object as long as nothing in it changes; nodes and edges
   * that are equal to those in the view before are the same objects, so a caller can find changes by identity.
   *
   * @param options may be partial: defaults apply
   * @throws OptionError when an option is given a value it does not have
   * @throws RangeError when there is no such view
   */
  view(viewId: string, options: ViewOptions, held: readonly HeldReport[]): View {
    return this.#connected(viewId, options, held).view
  }

  /**
   * A view reduced to what a query selects. The same object as long as nothing in it changes. Only what changed since the
   * same was asked before is tested again.
   *
   * @param options may be partial: defaults apply
   * @throws OptionError when an option is given a value it does not have
   * @throws RangeError when there is no such view
   */
  filtered(
    viewId: string,
    options: ViewOptions,
    asked: AskedQuery,
    held: readonly HeldReport[],
  ): FilteredView {
    const { key, ...whole } = this.#connected(viewId, options, held)
    const isGrouped = whole.view.members !== undefined
    const plain = isGrouped ? this.#connected(viewId, { ...options, ...ungrouped }, held) : undefined
    return this.#filters.of(key, asked).update(whole, plain)
  }

  /**
   * The parts of a view, without assembling it: enough for questions about a single node. Valid until the pipeline is asked
   * about another set of reports.
   *
   * @param options may be partial: defaults apply
   * @throws OptionError when an option is given a value it does not have
   * @throws RangeError when there is no such view
   */
  parts(viewId: string, options: ViewOptions, held: readonly HeldReport[]): ViewParts {
    return this.#stagesOf(viewId, options, held).stages
  }

  /** The texts of the nodes of its views, for queries of them. */
  get texts(): FoldedTexts {
    return this.#filters.texts
  }

  /** The reports of this set with their look-up tables, in a fixed order. */
  reports(held: readonly HeldReport[]): IndexedReports {
    return this.#reports.update(held)
  }

  /**
   * The flows made from these records that were joined across reports, or that have one end without a known process; and
   * perhaps others, in no particular order.
   */
  flowsFrom(records: RecordIds, held: readonly HeldReport[]): Iterable<Flow> {
    const reports = this.reports(held)
    this.#stitcher.update(reports)
    this.#forgetUnused(reports.length)
    return this.#stitcher.flowsFrom(records)
  }

  /**
   * Describes all views in listing order: their statistics, and the options and groupings that are available at the
   * moment. Views below another are nested in it. Made once per array of reports and options.
   *
   * @param optionsByView options by view id; defaults apply to views that are not named
   */
  describe(held: readonly HeldReport[], optionsByView: OptionsByView = {}): readonly ViewDescription[] {
    if (this.#descriptions?.held.deref() !== held)
      this.#descriptions = { held: new WeakRef(held), byOptions: new Map() }
    const { byOptions } = this.#descriptions
    const key = JSON.stringify(optionsByView)
    const known = byOptions.get(key)
    if (known) return known
    const made = describe(this, held, optionsByView)
    keepLatest(byOptions, key, made, MAX_DESCRIPTIONS)
    return made
  }

  /** Call from time to time: drops the stages of views that nobody asked for since the last call. */
  sweep(): void {
    this.#filters.sweep()
    for (const [key, known] of this.#views) {
      if (known.isInUse) known.isInUse = false
      else this.#views.delete(key)
    }
  }

  #connected(
    viewId: string,
    options: ViewOptions,
    held: readonly HeldReport[],
  ): ConnectedView & { readonly key: string } {
    const { key, stages } = this.#stagesOf(viewId, options, held)
    const view = stages.view()
    this.#latest.set(key, new WeakRef(view))
    return { key, view, edgesOf: (id) => stages.edgesOf(id) }
  }

  #stagesOf(
    viewId: string,
    given: ViewOptions,
    held: readonly HeldReport[],
  ): { readonly key: string; readonly stages: ViewStages } {
    const chosen = chooseView(viewId, given)
    const key = JSON.stringify([viewId, chosen.options])
    const reports = this.reports(held)
    this.#stitcher.update(reports)
    const stages =
      this.#views.get(key)?.stages ??
      new ViewStages(chosen, this.#stitcher, this.context, this.#latest.get(key)?.deref())
    this.#views.delete(key)
    keepLatest(this.#views, key, { stages, askedAt: this.#stitcher.version, isInUse: true }, MAX_VIEWS)
    stages.update(reports)
    this.#forgetUnused(reports.length)
    return { key, stages }
  }

  #forgetUnused(reports: number): void {
    const oldest = this.#stitcher.version - Math.max(CHANGES_KEPT, reports)
    let { version } = this.#stitcher
    for (const [key, { stages, askedAt }] of this.#views) {
      if (askedAt < oldest) this.#views.delete(key)
      else version = Math.min(version, stages.version ?? version)
    }
    this.#stitcher.forgetBefore(version)
    for (const [key, view] of this.#latest) if (view.deref() === undefined) this.#latest.delete(key)
  }
}
