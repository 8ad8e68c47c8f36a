import { layoutSettings } from './layout-settings.ts'

/** All settings of the page. Unless said otherwise, lengths are CSS pixels at zoom 1 and times are milliseconds. */
export const settings = {
  /** Talking to the app. */
  data: {
    /** How often `/api/topology` is asked for views, options and counts. */
    viewsPollMs: 3_000,
    /** How long after a view was opened its grouping follows what the app suggests, and what vanishes leaves no ghosts. */
    openingMs: 15_000,
    /** How long a part of the page that could not be loaded is left alone before each further try, until it is told that it is missing. */
    partPausesMs: [250, 1_000, 2_000, 4_000],
    /** After that, the pauses double, up to the longest; within one, whoever uses the page has it tried again after the shortest. */
    partPauseLeastMs: 1_000,
    partPauseMostMs: 30_000,
    /** How often `/api/probes` is asked for modes and health. */
    probesPollMs: 3_000,
    /** How often the details of an open card are requested. */
    detailsPollMs: 2_000,
    /** How often the events of an open card's node are requested. */
    nodeEventsPollMs: 3_000,
    /** How often the single connections of an open edge are requested. Each request makes the app ask its probes. */
    connectionsPollMs: 3_000,
    /** How long typing must pause before the app is asked for results, and how often it is asked again after that. */
    searchPauseMs: 150,
    searchPollMs: 3_000,
    /** The most events that the page holds. */
    eventsMost: 200,
    /** How often texts such as "12 s ago" are updated. */
    agoMs: 2_000,
    /** How long after a link got no answer it is tried again, and again. */
    linkPausesMs: [300, 1_000, 2_000],
    /**
     * How long after the end of a pipe, or the opening of a log, got no answer that is tried again, and again: until the app ends by itself what
     * nobody looks at, about a minute.
     */
    pipePausesMs: [300, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000],
    /** How often the app is asked who the page's user is, until it first answers. */
    sessionPollMs: 3_000,
    /** The most entries of the audit log that are asked for at first, and with each press of "Show more". */
    auditStep: 100,
    auditMost: 1_000,
    /** How long after a question got no answer it is asked again, and again. */
    requestPausesMs: [300, 1_000],
    /** Time limit of a request, with its repetitions. */
    requestTimeoutMs: 10_000,
    /** How long the app may take to say whether it has another build of the page; a part that is missing waits for that. */
    buildTimeoutMs: 2_000,
    /** Time limit of the use of a control: longer than a probe may take, so that its own answer is told. */
    controlTimeoutMs: 180_000,
    /** First and longest pause before a lost stream is opened again; it doubles with each attempt. */
    reconnectFirstMs: 500,
    reconnectMaxMs: 10_000,
    /**
     * How often a stream is checked, and after how many checks without a frame it is given up, by phase (see
     * `data/stream.ts`). The app sends a frame at least every 5 s, so one may be late.
     */
    tickMs: 1_000,
    ticksWithoutWord: { opening: 8, greeting: 60, live: 10 },
  },
  /** What screen readers tell of changes: how long these are gathered, and how often a sentence is told at most. */
  announcements: { gatherMs: 500, everyMs: 5_000 },
  /**
   * How many findings are shown below the header, and on a narrow page; of the rest there is a list. How often texts such as "since 14:02" are
   * updated, which have the date from the next day on.
   */
  findings: { most: 3, mostNarrow: 1, sinceMs: 60_000 },
  /** Acting on nodes. */
  controls: {
    /** How long it is told that a control is done. */
    doneMs: 8_000,
    /** On how many of several nodes a control is used at the same time. */
    atOnce: 4,
    /** About how many of several nodes the app is asked with one request. */
    idsAtOnce: 60,
    /** How many of its last lines a log begins with. */
    logLines: 1_000,
    /** Of how many nodes logs are opened at once, at most. */
    sessionsMost: 12,
    /** Height for which the menu at a node keeps room. */
    menuHeight: 460,
    /** How long a finger rests on a node until its menu opens. */
    longPressMs: 500,
  },
  /** The most entries in the list below the search box. */
  search: {
    completions: 7,
    matches: 8,
    matchesPerView: 4,
    /** Up to how many nodes that are found the map tells by what they were. */
    explained: 200,
    /** The most entries that the command palette lists. */
    palette: 50,
  },
  /** What nodes look like. */
  node: {
    radiusMin: 19,
    radiusMax: 30,
    /** Width that the layout reserves for a label; longer names are shortened in their middle. */
    labelWidthMax: 148,
    /** Where there is room, names up to this width are shown in full, in one line or two. */
    labelWidthWhole: 300,
    /** Height of name and second line below a node. */
    labelHeight: 36,
    /** Icons vanish when a node's radius on screen is smaller. */
    iconRadiusMin: 8,
    /** Rings and badges vanish when a node's radius on screen is smaller. */
    ringRadiusMin: 6,
    /** The metric ring turns to the warning colour from this share of its limit on. */
    ringWarnShare: 0.9,
  },
  /** The bars of networks under nodes; lengths at zoom 1, within the map. */
  network: { barWidth: 14, barHeight: 5, barGap: 3, barsBelow: 9, textSize: 11 },
  /** The list beside the map, for those who do not see it: how many nodes, and how many nodes and edges together, it has at most. */
  list: {
    nodesMost: 150,
    most: 200,
  },
  /** The map from afar: hulls and the edges between them. */
  overview: {
    /** It is drawn below this zoom, and until the zoom is above `until` again. */
    from: 0.38,
    until: 0.42,
    /** See `HullRules`. */
    tie: 150,
    membersLeast: 3,
    /** Width of a hull around one member. */
    breadth: 92,
    opacity: 0.16,
    /** Radius in pixels of the mark on a node that is in trouble. */
    troubleRadius: 3.5,
  },
  /** The whole map at the right, above the buttons that zoom, on pages that are wide enough. */
  minimap: { width: 176, height: 112, right: 12, gap: 12, inset: 10, pageWidthLeast: 761 },
  /** The matrix: sizes of a cell, room for names, and the activity at which each shade begins. */
  matrix: { sizes: [12, 16, 22, 30], names: 176, steps: [0.05, 1, 20, 100, 500] },
  /** What edges look like. */
  edge: {
    widthMin: 1,
    widthMax: 4,
    /** Bytes per second where width starts to grow, and where it is largest. */
    bytesPerSecondMin: 100,
    bytesPerSecondMax: 100_000_000,
    /** Bend of a curve as a share of its length, and its largest bend. */
    bend: 0.12,
    bendMax: 44,
    /** Distance between an edge's end and its node. */
    clearance: 9,
    /** Length of the gap before the server's end of a failing edge. */
    failGap: 14,
    /** How long an edge stays red after its last failure. */
    failHoldMs: 20_000,
    /** The pointer is on an edge when it is at most this many screen pixels away. */
    reach: 7,
    /** Opacity of edges without open connections on which nothing has happened for a while. */
    quietOpacity: 0.4,
    /** How long the pointer rests on an edge of a group until it is asked what is inside. */
    insideMs: 350,
    /** How many parts are told of a line that stands for several edges. */
    partsMost: 8,
    /** Arrow heads are drawn for all edges from this zoom on. */
    arrowZoom: 1.6,
  },
  /** Views with too many edges to be followed; see `DenseRules`. */
  dense: { from: 8, until: 6, most: 50, gain: 1.5, ageMsLeast: 60_000, nowShare: 0.25 },
  /** The dashes that travel along edges. */
  traffic: {
    /** Connection events or kilobytes per second at which the pace becomes slow, medium, fast. */
    steps: [0.05, 20, 500],
    /** Pace of each step in pixels per second. */
    pace: [12, 30, 72],
    dash: 3,
    gap: 26,
    /** Where more busy edges than these are in sight, only those that are looked at have dashes. */
    edgesMost: 40,
    framesPerSecond: 30,
  },
  layout: layoutSettings,
  /** Looking at the map. */
  camera: {
    zoomMin: 0.08,
    zoomMax: 4,
    /** Largest zoom when a small map is fitted to the page. */
    fitZoomMax: 1.25,
    /** On pages wider than this, the largest zoom grows in proportion to the width. */
    fitWidth: 1_600,
    /** Factor of one press of + or −. */
    zoomStep: 1.3,
    /** Zoom per pixel of wheel. */
    wheelRate: 0.0018,
    /** How long nobody has moved the map by hand when it rests. */
    restMs: 120,
    /** Pixels the arrow keys move the map when nothing is selected. */
    panStep: 80,
    /** Pixels by which an arrow key with Ctrl moves a node. */
    nudgeStep: 24,
    /** Free border around a fitted map. */
    padding: { top: 116, right: 72, bottom: 96, left: 72 },
    /** The same at both sides of a narrow page, where nothing covers more of them. */
    narrowPadding: 28,
    /** The upper border of a narrow page, whose header has two lines. */
    narrowTop: 162,
    /** Pixels between the options of the view and a fitted map. */
    optionsGap: 8,
    /** While the camera follows the map, it is fitted again when a node reaches into this border. */
    visible: { top: 60, right: 24, bottom: 76, left: 24 },
    /** A pointer that moved less than this between press and release has clicked. */
    clickSlop: 4,
    /** The same of a finger. */
    touchSlop: 10,
    /** The second press of a finger's or a pen's double click comes within this time, and this near. */
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
    /**
     * While the camera moves, the map is drawn anew for each frame when that takes at most `paintMs`; else no more than in `paintShare` of
     * the time, and only when part of it is missing or its picture is stretched by more than `stretchMost`. What changes of the content
     * meanwhile is drawn when the camera rests, at the latest `staleMs` after the map was last drawn.
     */
    paintMs: 6,
    paintShare: 0.25,
    stretchMost: 1.6,
    staleMs: 10_000,
    /** Share of the time that the frames of animations may take. */
    timeShare: 0.25,
    pulseFramesPerSecond: 30,
    /** Frames per second while only fading. */
    fadeFramesPerSecond: 12,
  },
  /** Labels. */
  label: {
    nameSize: 13,
    minorSize: 11,
    /**
     * Second lines are hidden below `minorZoom`; names are hidden below `nameZoom` unless their node is pointed at or
     * chosen, or a landmark.
     */
    minorZoom: 0.72,
    nameZoom: 0.28,
    /** Names are set in the small size below this zoom. */
    smallZoom: 0.72,
    halo: 4,
    /** Widest name in the small size. */
    smallWidthMax: 104,
    /** Square pixels per landmark. Landmarks, the busiest nodes, are named even where the name covers other nodes. */
    landmarkArea: 40_000,
  },
  card: {
    width: 400,
    gap: 12,
    rowsFirst: 6,
    listFirst: 5,
    /** The most columns of a table besides the names. */
    columns: 4,
    connectionsFirst: 8,
    /** Tables with at least this many properties have a filter. */
    filterFrom: 10,
    flowsFirst: 5,
    eventsFirst: 4,
    eventsMost: 50,
    singleFirst: 25,
    singleStep: 100,
  },
  /** The table of a view's nodes. */
  table: {
    rowHeight: 32,
    /** Height of a row on a narrow page, where it is pressed with a finger. */
    rowHeightTouch: 44,
    /** Rows that are drawn beyond those in view, on each side. */
    rowsBeyond: 8,
    /** Widths of columns before anybody changes them, the least, and what a press changes one by. */
    width: { name: 240, nameNarrow: 156, number: 104, text: 168, min: 56, step: 24 },
    /** The list of columns has a filter from so many on. */
    filterFrom: 12,
    /** How often texts such as "12 s ago" are updated. */
    agoMs: 5_000,
    /** How long it is told that rows were copied. */
    saidMs: 3_000,
  },
  /** Hosts as boxes of what they use. */
  resources: {
    /** Free space at either side. */
    margin: 17,
    /** Boxes that would be narrower are drawn as one; those that are narrower than `labelMin` have no name. */
    boxMin: 2,
    labelMin: 44,
    /** Zoom per pixel of wheel, while Ctrl is pressed, or of a pinch. */
    wheelRate: 0.004,
  },
  /** Terminals of the drawer. */
  terminal: {
    /** Lines above the screen that are held, and those that are kept over a reload. */
    scrollback: 5_000,
    keptLines: 1_000,
    /** Characters that are kept over a reload, in all terminals together. Browsers keep 5 million. */
    keptMost: 2_000_000,
    /** Least contrast of text, whatever colours a program chooses. */
    contrast: 4.5,
    fontSize: { first: 13, min: 8, max: 28 },
    /** The most matches of a search that are marked. */
    findMost: 1_000,
    /** Pause after a change of its size before a terminal takes the new one. */
    resizePauseMs: 60,
  },
  /** For how long a picture of the map, which is made when somebody may be about to print it, is as good as a new one. */
  print: { freshMs: 5_000 },
  /** The drawer over the map. Heights are shares of the page's. */
  drawer: {
    share: 0.42,
    shareMin: 0.15,
    shareMax: 0.92,
    /** How much an arrow key moves the upper edge. */
    shareStep: 0.04,
    window: { width: 900, height: 600 },
  },
  /** Logs of the drawer. */
  logs: {
    /** The most lines that are held; of more, the oldest go. */
    linesMost: 50_000,
    /** The most characters of a line that are shown. */
    lineMost: 4_000,
    rowHeight: 18,
    /** Rows that are drawn beyond those in view, on each side. */
    rowsBeyond: 20,
    tail: 1_000,
  },
} as const

/** The type of {@link settings}. */
export type Settings = typeof settings
