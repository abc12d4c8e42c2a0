/** The walls between the layers; ARCHITECTURE tells what they are for. `npm run check:walls` holds them. */
const layer = (name) => `^src/${name}/`;
const wall = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '^src/main\\.ts$|\\.d\\.ts$' },
      to: {},
    },
    wall('lib-knows-nobody', layer('lib'), '^src/(?!lib/)', 'lib is project-free'),
    wall('domain-is-pure', layer('domain'), '^src/(?!domain/|lib/)', 'the domain knows only itself and lib'),
    {
      name: 'domain-has-no-packages',
      comment: 'zod validates; phone numbers and time zones have their libraries; nothing with I/O',
      severity: 'error',
      from: { path: layer('domain') },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'core'],
        pathNot: 'node_modules/(zod|libphonenumber-js|temporal-polyfill|temporal-spec)/',
      },
    },
    wall(
      'adapters-stay-apart',
      '^src/(db|telephony|speech|webhooks|recordings|workbooks)/',
      '^src/(?!domain/|lib/|db/|telephony/|speech/|webhooks/|recordings|workbooks/)',
      'adapters are used, they use nobody above',
    ),
    ...['db', 'telephony', 'speech', 'webhooks', 'recordings', 'workbooks'].map((name) => ({
      name: `${name}-knows-no-other-adapter`,
      severity: 'error',
      from: { path: layer(name) },
      to: { path: '^src/(db|telephony|speech|webhooks|recordings|workbooks)/', pathNot: layer(name) },
    })),
    wall(
      'workflows-know-no-edge',
      layer('workflows'),
      '^src/(http|jobs|console|config|[a-z-]+\\.ts$)',
      'workflows do not know who calls them',
    ),
    wall(
      'edges-reach-the-world-through-workflows',
      '^src/(http|console)/',
      '^src/(db|telephony|speech|webhooks|recordings|workbooks|config|jobs)/',
      'http and console reach the database through workflows only',
    ),
    ...[
      ['http', 'console'],
      ['console', 'http'],
    ].map(([one, other]) =>
      wall(
        'http-and-console-stay-apart',
        layer(one),
        layer(other),
        'programs and people are served apart; what both need is in workflows, domain or lib',
      ),
    ),
    wall(
      'jobs-know-no-edge',
      layer('jobs'),
      '^src/(http|console|config|db|telephony|speech|webhooks|recordings|workbooks)/',
      'jobs run workflows',
    ),
    {
      name: 'config-is-read-at-the-top',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(config/|[a-z-]+\\.ts$)' },
      to: { path: layer('config') },
    },
    {
      name: 'only-db-knows-sql',
      severity: 'error',
      from: { path: '^src/', pathNot: layer('db') },
      to: { path: 'node_modules/(kysely|pg|@types/pg)/' },
    },
    {
      name: 'only-http-and-console-know-hono',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(http|console)/' },
      to: { path: 'node_modules/(hono|@hono)/' },
    },
    {
      name: 'only-asterisk-knows-ws',
      severity: 'error',
      from: { path: '^src/', pathNot: layer('telephony/asterisk') },
      to: { path: 'node_modules/(ws|@types/ws|asterisk-manager)/' },
    },
    {
      name: 'only-workbooks-unpack',
      comment: 'files of strangers are unpacked and parsed in one place, which bounds them',
      severity: 'error',
      from: { path: '^src/', pathNot: layer('workbooks') },
      to: { path: 'node_modules/(fflate|saxen)/' },
    },
    wall(
      'src-stands-alone',
      '^src/',
      '^(test|demo|bench|asterisk|scripts)/',
      'what ships needs nothing that does not',
    ),
    wall('the-demo-is-no-test', '^demo/', '^test/', 'the demo is a user'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(data|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
