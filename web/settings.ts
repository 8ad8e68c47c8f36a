/** Every knob of the page with its default, by what it governs. Lengths are CSS pixels at zoom 1, times milliseconds. */
export const settings = {
  /** Talking to the app. */
  data: {
    /** How often `/api/topology` is asked for views, options and counts. */
    viewsPollMs: 3_000,
    /** How often `/api/probes` is asked for modes and health. */
    probesPollMs: 3_000,
    /** How often an open card is brought up to date. */
    detailsPollMs: 2_000,
    /** How often it is asked what happened to the node of an open card. */
    nodeEventsPollMs: 3_000,
    /** How often the single connections of an open edge are asked for: each time its probes are. */
    connectionsPollMs: 3_000,
    /** Typing rests for so long before the app is asked what it finds, and how often it is asked then. */
    searchPauseMs: 150,
    searchPollMs: 3_000,
    /** Events that the page knows, at most. */
    eventsMost: 200,
    /** How often it is told anew how long ago things happened. */
    agoMs: 2_000,
    /** A request without an answer for so long has failed. */
    requestTimeoutMs: 10_000,
    /** First pause before a dropped stream is opened again; doubles up to the largest. */
    reconnectFirstMs: 500,
    reconnectMaxMs: 10_000,
    /** How often a stream is looked at, and after how many looks without a word it is given up. The app speaks every 3 s. */
    tickMs: 1_000,
    ticksWithoutWord: { opening: 8, greeting: 60, live: 9 },
  },
  /** What the list below the search box holds, at most. */
  search: {
    completions: 7,
    matches: 8,
    matchesPerView: 4,
  },
  /** What nodes look like. */
  node: {
    radiusMin: 19,
    radiusMax: 30,
    /** Widest label that is sure of its room; of wider ones the middle is cut out. */
    labelWidthMax: 148,
    /** Where there is room, names are shown whole up to this width, in one line or in two. */
    labelWidthWhole: 300,
    /** Height of name and second line below a node. */
    labelHeight: 36,
    /** Icons vanish when a node's radius on screen is smaller. */
    iconRadiusMin: 8,
    /** Rings and badges vanish when a node's radius on screen is smaller. */
    ringRadiusMin: 6,
    /** The metric ring turns to the warning colour from this share on. */
    ringWarnShare: 0.9,
  },
  /** What edges look like. */
  edge: {
    widthMin: 1,
    widthMax: 6,
    /** Bytes per second where width starts to grow, and where it is largest. */
    bytesPerSecondMin: 100,
    bytesPerSecondMax: 100_000_000,
    /** Bend of a curve as a share of its length, and its largest bend. */
    bend: 0.12,
    bendMax: 44,
    /** Distance between an edge's end and its node. */
    clearance: 9,
    /** Gap at the failing end. */
    failGap: 14,
    /** An edge stays red for so long after its last failure. */
    failHoldMs: 20_000,
    /** How near to an edge the pointer is on it, in pixels of the screen. */
    reach: 7,
    /** How faint edges are on which nothing is open and nothing happens. */
    quietOpacity: 0.4,
    /** Arrow heads are drawn for all edges from this zoom on. */
    arrowZoom: 1.6,
  },
  /** The dashes that travel along edges. */
  traffic: {
    /** Events or kilobytes per second where the pace becomes slow, medium, fast. */
    steps: [0.05, 20, 500],
    /** Pace of each step in pixels per second. */
    pace: [16, 40, 96],
    dash: 3,
    gap: 15,
    /** At most so many edges carry dashes, busiest first. */
    edgesMax: 240,
    framesPerSecond: 30,
  },
  /** Where nodes are put. */
  layout: {
    /** Distance between a client and its server. */
    layerGap: 165,
    /** Width of the layers of a large group, for each unit of the square root of its size. */
    spread: 120,
    linkDistance: 92,
    repulsion: -300,
    repulsionReach: 520,
    /** Up to how many nodes there is room for every label; from how many on only shapes are kept apart. */
    labelsFit: 60,
    labelsGone: 160,
    /** Free space around a node with its label. */
    margin: 14,
    /** Free space between groups of connected nodes. */
    groupGap: 70,
    /** Cell of the grid of nodes without connections. */
    cellWidth: 172,
    cellHeight: 104,
    /** Ticks of a whole layout of few and of many nodes. */
    ticksMost: 320,
    ticksLeast: 110,
    /** Rounds at the end that only part what overlaps. */
    roundsApart: 150,
    /** The flow from clients to servers is given up for clusters in groups of this size. */
    flowGone: 600,
    /** Width over height of the room for nodes that come out of a group, and the free space around it. */
    roomAspect: 1.4,
    roomMargin: 40,
    /** Ticks to place newcomers among nodes that stay. */
    ticksNewcomers: 90,
  },
  /** Looking at the map. */
  camera: {
    zoomMin: 0.08,
    zoomMax: 4,
    /** A map that fits easily is not blown up beyond this. */
    fitZoomMax: 1.25,
    /** A page wider than this may blow it up more, in proportion. */
    fitWidth: 1_600,
    /** Factor of one press of + or −. */
    zoomStep: 1.3,
    /** Zoom per pixel of wheel. */
    wheelRate: 0.0018,
    /** Pixels the arrow keys move the map when nothing is selected. */
    panStep: 80,
    /** Free border around a fitted map. */
    padding: { top: 84, right: 72, bottom: 96, left: 72 },
    /** A followed map is fitted again when it reaches into this border. */
    visible: { top: 60, right: 24, bottom: 76, left: 24 },
    /** A pointer that moved less has clicked. */
    clickSlop: 4,
    /** The second press of a double click comes within this time, and this near. */
    doubleClickMs: 400,
    doubleClickSlop: 8,
  },
  /** Motion. */
  motion: {
    cameraMs: 320,
    moveMs: 420,
    dimMs: 140,
    pulseMs: 1_400,
    fadeMs: 10_000,
    /** Share of the time that frames of what moves by itself may take. */
    timeShare: 0.25,
    pulseFramesPerSecond: 30,
    /** Frames per second while only fading. */
    fadeFramesPerSecond: 12,
  },
  /** Labels. */
  label: {
    nameSize: 13,
    minorSize: 11,
    /** Second lines are hidden below this zoom, names below the next unless in focus. */
    minorZoom: 0.72,
    nameZoom: 0.28,
    /** Names are set in the small size below this zoom. */
    smallZoom: 0.72,
    halo: 4,
    /** Widest name in the small size. */
    smallWidthMax: 104,
    /** For so many square pixels of the page, one of the busiest nodes is named even where other nodes are in the way. */
    landmarkArea: 40_000,
  },
  card: {
    width: 400,
    gap: 12,
    rowsFirst: 6,
    listFirst: 5,
    /** Columns of a table that leave room for names. */
    columns: 4,
    connectionsFirst: 8,
    /** Tables of so many properties can be filtered. */
    filterFrom: 10,
    flowsFirst: 5,
    eventsFirst: 4,
    eventsMost: 50,
    singleFirst: 25,
    singleStep: 100,
  },
} as const

/** The type of {@link settings}. */
export type Settings = typeof settings
