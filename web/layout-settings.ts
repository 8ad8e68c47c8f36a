/** Where nodes are put. Lengths are CSS pixels at zoom 1 and times are milliseconds. */
export const layoutSettings = {
  /** Width over height of the spaces for which layouts are made. */
  aspects: [0.6, 1.7, 3],
  linkDistance: 92,
  repulsion: -300,
  repulsionReach: 520,
  /** Up to `labelsFit` nodes the layout reserves room for whole labels; from `labelsGone` on, only for shapes. */
  labelsFit: 60,
  labelsGone: 160,
  /** Places of at most this many nodes of a view are kept while the page is loaded again. */
  keptMost: 2_000,
  /** Of so many nodes of a view that are gone the places are kept, for when they come back. */
  goneMost: 1_000,
  /**
   * For so long after a view was opened, all is laid out anew whenever there are more nodes or edges, by this factor and so many, than those
   * that were laid out: an app that has just started learns of one host after the other, and a view that grows is folded by itself.
   */
  opening: { ms: 15_000, factor: 1.3, least: 8 },
  /** Free space around a node with its label. */
  margin: 14,
  /** Free space between groups of connected nodes. */
  groupGap: 70,
  /** Cell of the grid of nodes without connections. */
  cellWidth: 172,
  cellHeight: 104,
  /** Simulation ticks of a layout by forces, of few nodes (most) and of many nodes (least). */
  ticksMost: 320,
  ticksLeast: 110,
  /** Rounds at the end of a layout by forces that only push overlapping nodes apart. */
  roundsApart: 150,
  /** Width over height of the area for the members of an opened group, and the free space around it. */
  roomAspect: 1.4,
  roomMargin: 40,
  /**
   * The layout in strict columns, which are set apart by up to `stretchMost` times as far to fill the space. With more nodes and edges
   * together than `sizeMost` it would take seconds, so these are laid out as by default.
   */
  layered: { rankGap: 60, stretchMost: 3, sizeMost: 400 },
  /** The layout from left to right. See `RankRules`, `SlotRules`, `Weights` and `Effort` for what is not described here. */
  flow: {
    ranksMost: 7,
    hubShare: 0.5,
    hubFrom: 12,
    rankGap: 30,
    slack: 1.15,
    stretchMost: 1.5,
    /** How often ranks are sorted before nodes are moved one by one. */
    sweeps: 12,
    /** How much is compared to place the nodes that hang on others. */
    hanging: { slots: 24, comparisons: 2_000_000 },
    /** What is otherwise when all nodes are moved once more after that, and the share of comparisons that this takes. */
    lastEffort: { heat: 0, triesPerNode: 20 },
    lastShare: 0.5,
    /** How near an edge may pass a node's shape. */
    clearance: 4,
    weights: { crossing: 1, covered: 1.5, stress: 0.6 },
    /**
     * For a new node this many columns and rows are looked at; of so many free places the best is taken. An edge that leads to the left
     * costs `backward`, and stress counts for more than in a layout of all.
     */
    columnsTried: 16,
    rowsTried: 48,
    candidates: 160,
    backward: 3,
    settleStress: 0.9,
    /** What a place costs that would make the map twice as wide or high. */
    beyond: 15,
    /** About how many comparisons of edges with edges and nodes are made at most to place new nodes. */
    settleComparisons: 10_000_000,
    effort: {
      comparisons: 14_000_000,
      triesPerNode: 1_500,
      triesLeast: 3,
      /** Of a group of more nodes than this none is moved: that would take long, and so few tries change little. */
      sizeMost: 1_500,
      heat: 3,
      nearShare: 0.67,
      near: 0.075,
    },
  },
} as const
