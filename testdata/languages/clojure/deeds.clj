(defn deep [^long n] (if (zero? n) 0 (inc (deep (dec n)))))

(let [[deed & words] (.split (read-line) " ")
      [a b] (map #(Long/parseLong %) words)]
  (case deed
    "hello" (println "Hello, world!")
    "sum" (println (+ a b))
    "wide" (println (* a b))
    "lines" (println (reduce + (map #(Long/parseLong %) (line-seq (java.io.BufferedReader. *in*)))))
    "output" (do (dotimes [_ a] (.write *out* "0123456789\n")) (flush))
    "exit" (System/exit a)
    "crash" (throw (IllegalStateException. "as asked"))
    "deep" (println (deep a))
    "memory" (loop [all []] (recur (conj all (byte-array 1048576))))
    "loop" (loop [] (recur))))
