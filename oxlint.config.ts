import { defineConfig } from 'oxlint';
import {
  DOORS,
  type Floor,
  forbiddenFolders,
  LABORATORY_FLOORS,
  MODEL_FLOORS,
} from './scripts/floors.ts';

/** Ways by which the outside world gets in; the model takes them through its ports. */
const BANNED_GLOBALS = [
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'crypto',
  'process',
  'Buffer',
  'console',
  'Promise',
  'fetch',
].map((name) => ({
  name,
  message: 'the model reaches the outside through src/base/ports.ts only',
}));

const BANNED_PROPERTIES = [
  { object: 'Math', property: 'random', message: 'draw from a Random port (src/base/random.ts)' },
];

/** Import rules of one folder. */
function floorRule(floor: Floor, all: readonly Floor[], doors: readonly string[]) {
  const patterns = forbiddenFolders(floor, all).map((folder) => ({
    group: [`**/${folder.split('/')[1]}/**`],
    message: `${floor.folder} must not import from ${folder}: imports point to lower floors`,
  }));
  const ownDoors = doors
    .map((door) => `**/${door.split('/')[1]}`)
    .filter((door) => door !== '**/index.ts');
  if (doors.length > 0) {
    patterns.push({
      group: ['../index.ts', ...ownDoors.map((door) => door.replace('**/', '../'))],
      message: `${floor.folder} must not import from a door: doors stand above all floors`,
    });
  }
  if (floor.folder.startsWith('sim/')) {
    patterns.push({
      group: ['**/src/*/**'],
      message: `${floor.folder} reaches the model through its doors only (src/index.ts and beside it)`,
    });
  }
  if (floor.node !== 'all') {
    const allowed = floor.node.map((name) => `!node:${name}`);
    patterns.push({
      group: ['node:*', ...allowed],
      message: `${floor.folder} runs anywhere: node: modules belong to the folders marked (node)`,
    });
  }
  return { 'no-restricted-imports': ['error', { patterns }] as const };
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['dist', 'out', 'node_modules'],
  rules: {
    'import/no-cycle': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/switch-exhaustiveness-check': [
      'error',
      { considerDefaultExhaustiveForUnions: true },
    ],
    'no-restricted-properties': ['error', ...BANNED_PROPERTIES],
    // Branded numbers are cast where typed arrays are read; the rule cannot see that the brand is the point.
    'typescript/no-unsafe-type-assertion': 'off',
    // fast-check is used through its default export, as its documentation does.
    'import/no-named-as-default-member': 'off',
    // A small function stands beside its one use, captured or not.
    'unicorn/consistent-function-scoping': 'off',
    // Loops in hot paths await nothing; elsewhere order is the point.
    'no-await-in-loop': 'off',
  },
  overrides: [
    { files: ['src/**'], rules: { 'no-restricted-globals': ['error', ...BANNED_GLOBALS] } },
    { files: ['src/store/**'], rules: { 'no-restricted-globals': 'off' } },
    {
      files: ['sim/scenario/**', 'sim/report/**'],
      rules: {
        'no-restricted-globals': [
          'error',
          ...BANNED_GLOBALS.filter(({ name }) => name !== 'Promise'),
        ],
      },
    },
    ...MODEL_FLOORS.map((floor) => ({
      files: [`${floor.folder}/**`],
      rules: floorRule(floor, MODEL_FLOORS, DOORS),
    })),
    ...LABORATORY_FLOORS.map((floor) => ({
      files: [`${floor.folder}/**`],
      rules: floorRule(floor, LABORATORY_FLOORS, []),
    })),
  ],
});
