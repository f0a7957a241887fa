// The architecture, as rules: the check fails on the first arrow that points the wrong way.

/** Test code, wherever it stands: it may look behind every wall. */
const testCode = [
  '\\.(test|contract|fixture)\\.tsx?$',
  '^packages/.*/(simulate|testing)\\.ts$',
  '^(packages/[^/]+|daemon)/(bench|test|vectors)/',
  '^(tests|scripts)/',
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'protocol-runs-anywhere',
      comment:
        'packages/protocol runs in a service worker and in Node: mathematics and schemas only.',
      severity: 'error',
      from: { path: '^packages/protocol/src/', pathNot: '\\.test\\.ts$' },
      to: {
        pathNot: [
          '^packages/protocol/src/',
          'node_modules/(@noble/(curves|hashes|ciphers)|@scure/bip39|zod|cborg|libsodium-wrappers-sumo)/',
        ],
      },
    },
    {
      name: 'chains-run-anywhere',
      comment:
        'packages/chains runs in a service worker and in Node: what it asks a node goes through a door that is passed in.',
      severity: 'error',
      from: { path: '^packages/chains/src/', pathNot: testCode },
      to: {
        pathNot: [
          '^packages/chains/src/',
          'node_modules/(@noble/(curves|hashes)|@scure/(base|btc-signer)|@solana-program/[a-z-]+|@solana/kit|cockatiel|ox|zod)/',
        ],
      },
    },
    {
      name: 'chains-do-not-meet',
      comment: 'What two families share stands beside their folders.',
      severity: 'error',
      from: { path: '^packages/chains/src/(evm|bitcoin|solana)/' },
      to: {
        path: '^packages/chains/src/(evm|bitcoin|solana)/',
        pathNot: '^packages/chains/src/$1/',
      },
    },
    {
      name: 'protocol-and-chains-are-strangers',
      comment:
        'Signing does not know what a transaction is, and a chain does not know how it is signed.',
      severity: 'error',
      from: { path: '^packages/(protocol|chains)/' },
      to: { path: '^packages/(protocol|chains)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'packages-know-no-program',
      comment: 'A package is used by the programs and uses none of them.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(daemon|extension|tests)/' },
    },
    {
      name: 'front-door-only',
      comment: 'Other rooms enter a package through what its package.json exports.',
      severity: 'error',
      from: { path: '^(daemon|extension)/', pathNot: testCode },
      to: {
        path: '^packages/[^/]+/src/',
        pathNot: ['/index\\.ts$', '^packages/chains/src/[^/]+/'],
      },
    },
    {
      name: 'daemon-and-extension-are-strangers',
      comment: 'They meet on the wire, in messages that packages/protocol defines.',
      severity: 'error',
      from: { path: '^(daemon|extension)/' },
      to: { path: '^(daemon|extension)/', pathNot: '^$1/' },
    },
    {
      name: 'core-knows-no-adapter',
      comment: 'core/ decides; it reaches the world only through ports/.',
      severity: 'error',
      from: { path: '^daemon/src/core/', pathNot: testCode },
      to: {
        pathNot: [
          '^daemon/src/(core|ports)/',
          '^packages/',
          'node_modules/(zod|cborg|@noble/(hashes|ciphers|curves))/',
        ],
      },
    },
    {
      name: 'ports-are-only-contracts',
      comment: 'A port is an interface, its errors and its contract test.',
      severity: 'error',
      from: { path: '^daemon/src/ports/' },
      to: {
        pathNot: [
          '^daemon/src/(core|ports)/',
          '^packages/',
          'node_modules/(vitest|@noble/hashes)/',
        ],
      },
    },
    {
      name: 'adapters-do-not-meet',
      comment: 'An adapter that needs another adapter is missing a port.',
      severity: 'error',
      from: {
        path: '^daemon/src/adapters/([^/]+/[^/.]+)',
        pathNot: ['^daemon/src/adapters/(ceremonies|control|policy-file)/', ...testCode],
      },
      to: { path: '^daemon/src/adapters/', pathNot: '^daemon/src/adapters/$1' },
    },
    {
      name: 'a-folder-that-is-one-adapter',
      comment:
        'The control socket and the policy file have one way each, in several files; so has the thread of ceremonies.',
      severity: 'error',
      from: { path: '^daemon/src/adapters/(ceremonies|control|policy-file)/', pathNot: testCode },
      to: { path: '^daemon/src/adapters/', pathNot: '^daemon/src/adapters/$1/' },
    },
    {
      name: 'only-main-picks-adapters',
      comment: 'The files beside main.ts are the one place that says which adapters run.',
      severity: 'error',
      from: {
        path: '^daemon/src/',
        pathNot: ['^daemon/src/([^/]+\\.ts|adapters/.*|cli/.*)$', ...testCode],
      },
      to: { path: '^(daemon/src/adapters/|packages/chains/src/[^/]+/)' },
    },
    {
      name: 'page-script-is-alone',
      comment: 'What runs inside a web page may share only message schemas with the wallet.',
      severity: 'error',
      from: { path: '^extension/src/page/' },
      to: { path: '^(extension/src/|packages/)', pathNot: '^extension/src/(page|messages)/' },
    },
    {
      name: 'contexts-talk-in-messages',
      comment: 'Each of them can be restarted or replaced while another waits.',
      severity: 'error',
      from: { path: '^extension/src/(ui|background|engine|relay)/' },
      to: {
        path: '^extension/src/(ui|background|engine|relay|page)/',
        pathNot: '^extension/src/$1/',
      },
    },
    {
      name: 'tests-stay-out-of-the-product',
      comment:
        'simulate.ts holds every share in one process; only tests and benchmarks may do that.',
      severity: 'error',
      from: { pathNot: testCode },
      to: { path: testCode },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that import each other are one file, or a third is missing.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved',
      comment: 'An import that leads nowhere hides from every rule above.',
      severity: 'error',
      from: {},
      // The strings of the extension, which its build makes a module of.
      to: { couldNotResolve: true, pathNot: '^#i18n$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
}
