import { verdict } from './verdict.js';
console.log(verdict('00'));
