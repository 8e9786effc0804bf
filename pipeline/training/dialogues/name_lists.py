# ruff: noqa: E501, ISC004 - given names, then family names, each one long row of words
"""Names that Faker has only in other scripts, or too few of, as their owners write them in Latin letters."""

from typing import Final

OWN: Final[dict[str, tuple[str, str]]] = {
    "zh_Latn": (
        "Wei Fang Li Min Jing Lei Qiang Yan Jun Yong Jie Juan Tao Ming Chao Xia Ping Gang Hui Hong Xin Bo Hao Yu Yi "
        "Mei Ling Xiaoming Xiaoling Jiayi Zihan Yuxuan Haoran Ruoxi Yichen Zixuan Mengyao Siyu Jianguo Guoqiang "
        "Shufen Xiuying Guiying Weidong Zhiyuan Tianyu Junjie Chenxi Yating Peiyu Wenjing Kaiwen Donghai Shaoyang "
        "Lihua Aiguo Xuemei Qiuyue Fei Kai Lin Na Rong Shan Ting Wen Xue Ying Zhen Dawei Bin Feng Guang Han",
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Gao Lin Luo Zheng Liang Xie Song Tang "
        "Han Feng Deng Cao Peng Zeng Xiao Tian Dong Yuan Pan Yu Jiang Cai Du Ye Cheng Su Wei Lu Ding Ren Shen Yao Jin "
        "Fan Fang Shi Liao Zou Xiong Kong Bai Cui Kang Mao Qiu Qin Gu Hou Shao Meng Long Wan Duan Qian Ouyang Situ",
    ),
    "zh_HK": (
        "Wing Kwok-Wai Siu-Ming Ka-Yan Mei-Ling Chi-Keung Hoi-Yan Tsz-Ching Wai-Man Yuk-Lan Kin-Fai Lok-Yi Man-Kit "
        "Pui-Shan Suk-Yee Ho-Yin Cheuk-Lam Ching-Yee Kar-Wai Sze-Wing Yat-Long Tin-Yau Winnie Ivy Kelvin Eason Jacky",
        "Chan Wong Cheung Lau Leung Ng Cheng Ho Kwok Yeung Tsang Lam Yip Chow Tse Fung Mak Chiu Poon Hui Tang Kwan "
        "Yuen Sze Lui Choi Au Kwong Szeto Tsui Tong Ko Mok Ip Siu Yau Ngai Hung Luk",
    ),
    "ja_Latn": (
        "Haruto Yuto Sota Yuki Hayato Haruki Ryusei Koki Sora Riku Kenji Takashi Hiroshi Satoshi Kazuya Daisuke Makoto "
        "Akira Naoki Shohei Taro Jiro Ichiro Tetsuya Yusuke Ryo Shota Kaito Ren Sakura Yui Aoi Hina Rin Hana Mio Yuna "
        "Akari Misaki Ayaka Naomi Yoko Keiko Tomoko Noriko Kumiko Michiko Emi Asuka Kaori Mariko Sayuri Chihiro Mai "
        "Nanami Honoka Rika Eri Junko Hiromi Shinji Masaru Osamu Minoru Tsuyoshi Fumiko Setsuko",
        "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Yamaguchi "
        "Matsumoto Inoue Kimura Hayashi Shimizu Saito Yamazaki Mori Abe Ikeda Hashimoto Ishikawa Maeda Fujita Ogawa "
        "Goto Okada Hasegawa Murakami Kondo Ishii Sakamoto Endo Aoki Fujii Nishimura Fukuda Ota Miura Takeuchi "
        "Nakagawa Okamoto Matsuda Harada Nakano Ono Tamura Fujiwara Kaneko Wada Ueda Morita Kudo Sugiyama Uchida",
    ),
    "ko_Latn": (
        "Minjun Seojun Jihoon Hyunwoo Junho Sungmin Donghyun Jaehyun Youngho Kyungsoo Minseok Taeyang Jiwon Seoyeon "
        "Minji Soyeon Eunji Hyejin Yuna Sujin Jisoo Hana Dahye Boram Sooyoung Mirae Kyung-Hee Ji-Hye Min-Ho Sang-Woo "
        "Hyun-Jin Eun-Kyung Seung-Hoon Jae-Won Young-Mi Chul-Soo Soo-Jin Hae-Won Woojin Yejin Gyuri Nayeon Chaewon",
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Ryu Hong Jeon Moon Son Yang "
        "Bae Baek Heo Nam Sim Noh Ha Joo Koo Min Jin Ji Eom Chae Won Cheon Bang Gong Hyun Ham Byun Pyo Do Seok Yeo",
    ),
    "vi_Latn": (
        "Nguyên Minh Anh Linh Huy Hùng Dũng Tuấn Quân Long Hải Sơn Đức Thành Trung Khoa Bảo Phúc Lan Hương Mai Thảo "
        "Trang Hà Ngọc Vy Quỳnh Thu Hạnh Phương Yến Nhung Thủy Hoa Tâm Hiếu Khánh Tú Việt Cường Thắng Giang Châu Như "
        "Diệp My Thuận Lộc Toàn Vinh Xuân Kiệt Nga Oanh Bích Loan",
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đoàn Trịnh Đinh Mai Cao Lưu Tô Hà Chu "
        "Tạ Thái Quách La Lâm Châu Kiều Triệu Tống",
    ),
    "ar_Latn": (
        "Mohammed Ahmed Ali Omar Youssef Khaled Hassan Ibrahim Mahmoud Abdullah Mustafa Karim Tariq Bilal Hamza Zayd "
        "Faisal Sultan Majed Nasser Saad Walid Yasin Rami Samir Adel Jamal Anas Ziad Fadi Bassam Imad Ghassan Haitham "
        "Fatima Aisha Maryam Khadija Layla Noor Huda Zainab Amina Salma Yasmin Rania Dina Hala Samira Nadia Lina Reem "
        "Sara Dalia Hanan Iman Farah Lamia Mona Nawal Rasha Sahar Shaima Wafa Abeer Ghada Maha Abdulrahman Abdelkader",
        "Al-Sayed Hassan Hussein Ali Ibrahim Mansour Khalil Haddad Nasser Saleh Farouk Aziz Rahman El-Masry Al-Amin "
        "Shaheen Darwish Qasim Najjar Khoury Sabbagh Bakr Zaki Fawzi Hamdan Awad Barakat Abboud Jaber Sharif Tawfik "
        "Al-Harbi Al-Ghamdi Al-Qahtani Al-Mutairi Otaibi Benali Bouazza Cherkaoui Tazi Mansouri Hamidi Ziani Amrani "
        "Belkacem Chaoui Daoud Fahmy Gaber Halabi Issa Jaziri Kassem Labib Masri Nassar Obeid Rashed Salem Younes",
    ),
    "fa_Latn": (
        "Reza Mohammad Amir Hossein Mehdi Saeed Navid Arash Babak Kaveh Behrouz Farhad Siamak Pouya Kian Omid Shahram "
        "Maryam Zahra Fatemeh Leila Shirin Nasrin Parisa Niloufar Mahsa Sahar Azadeh Golnaz Yasaman Roya Mina Elham",
        "Ahmadi Hosseini Mohammadi Karimi Rezaei Jafari Moradi Rahimi Ebrahimi Sadeghi Heidari Ghasemi Bagheri Akbari "
        "Tehrani Farahani Kazemi Shirazi Rostami Amini Nikfar Zand Moghadam Tavakoli Golestani Khosravi Norouzi",
    ),
    "hi_Latn": (
        "Aarav Vivaan Aditya Arjun Rohan Rahul Amit Sanjay Vikram Rajesh Suresh Ramesh Deepak Manoj Anil Sunil Ravi "
        "Ashok Vijay Karthik Arunkumar Prakash Ganesh Harish Naveen Sandeep Pradeep Dinesh Mukesh Pankaj Nikhil Varun "
        "Priya Pooja Neha Anjali Kavita Sunita Divya Swati Shreya Ananya Ishita Meera Lakshmi Deepika Sneha Nandini "
        "Aishwarya Bhavana Chitra Gayatri Jyoti Kiran Madhuri Padma Radhika Rekha Shalini Usha Vidya Yamini Tanvi",
        "Sharma Verma Gupta Singh Kumar Patel Shah Reddy Rao Nair Menon Iyer Iyengar Pillai Mehta Joshi Desai Kulkarni "
        "Deshpande Patil Jain Agarwal Bansal Mishra Tiwari Pandey Dubey Chauhan Rathore Yadav Das Banerjee Mukherjee "
        "Chatterjee Ghosh Bose Sen Dutta Roy Naidu Gowda Hegde Shetty Krishnan Subramanian Venkatesh Ramachandran "
        "Balasubramaniam Thakur Malhotra Kapoor Khanna Chopra Bhatia Sethi Gill Sandhu Dhillon Grewal Fernandes",
    ),
    "bn_Latn": (
        "Rahim Karim Tanvir Rakib Sakib Mahmudul Shahriar Imran Nazmul Arif Farhana Nusrat Sharmin Tasnim Sumaiya "
        "Jannatul Rumana Sabina Moushumi Anika Fahim Rubel Sohel Masud Jahangir Monir Shirin Taslima",
        "Rahman Islam Hossain Ahmed Khan Uddin Chowdhury Akter Begum Khatun Sarkar Miah Sikder Talukder Bhuiyan Haque "
        "Mondal Biswas Saha Paul Majumder Howlader Molla Mridha Kabir Alam",
    ),
    "ph_Latn": (
        "Jose Maria Juan Mark-Anthony John-Paul Angelica Maricel Rowena Jhun Rodel Ronaldo Jomar Jayson Rommel Arnel "
        "Lovely Princess Cherry Jennylyn Marites Rosalie Analyn Jocelyn Glenda Ferdinand Efren Danilo Edgardo Reynaldo "
        "Kristine Mae Joy Aileen Rhea Bernadette Divina Liezel Melchor Nestor Wilfredo",
        "Santos Reyes Cruz Bautista Ocampo Garcia Mendoza Torres Tomas Andres Marquez Castillo Villanueva Ramos Aquino "
        "Dela-Cruz Pascual Mercado Salazar Manalo Macaraeg Dimaculangan Catapang Magsaysay Abad Soriano Tolentino "
        "Lacson Panganiban Evangelista Lim Tan Sy Go Uy Cojuangco Agbayani Dimagiba Batungbakal",
    ),
    "he_Latn": (
        "David Yosef Moshe Avraham Yaakov Noam Itai Eitan Uri Amit Omer Yonatan Ariel Gal Tal Oren Shai Nadav Yael "
        "Noa Tamar Maya Shira Adi Michal Rivka Sara Chana Esther Talia Hadas Orly Ronit Sigal Avigail Ayelet Liron",
        "Cohen Levi Mizrahi Peretz Biton Dahan Avraham Friedman Malka Azoulay Katz Yosef David Omer Gabay Ben-David "
        "Shapiro Goldberg Rosenberg Weiss Klein Hadad Amar Ohayon Segal Ashkenazi Golan Barak Shalev Navon Bar-On",
    ),
    "et_ke_Latn": (
        "Abebe Bekele Tesfaye Dawit Yohannes Solomon Hailu Girma Mulugeta Tadesse Almaz Tigist Hiwot Selam Meron "
        "Bethlehem Senait Genet Aster Makda Kwame Kofi Ama Akosua Yaw Abena Chukwuemeka Ngozi Chinedu Adaeze Ifeoma "
        "Obinna Nneka Uche Amara Emeka Thabo Sipho Lerato Naledi Tendai Rudo Farai Chipo Tatenda Wanjiru Kamau Njoroge",
        "Tesfaye Bekele Haile Gebre Alemu Desta Wolde Mekonnen Kebede Asfaw Mensah Owusu Boateng Asante Osei Agyeman "
        "Okonkwo Eze Nwosu Okafor Adichie Achebe Obi Dlamini Nkosi Khumalo Ndlovu Mokoena Molefe Moyo Ncube Sibanda "
        "Chikafu Mutasa Wanjiku Mwangi Kariuki Otieno Odhiambo Kiplagat Cheruiyot Mutua Musyoka Diallo Traore Keita",
    ),
    "worded": (
        "Will Rose Mark Hope May Grant Bill Chase Art Summer Jack Grace Faith Joy Dawn Autumn April June Violet Ivy "
        "Lily Daisy Iris Jasmine Heather Holly Ginger Olive Pearl Ruby Amber Crystal Jade Gene Frank Rich Drew Pat Sue "
        "Rob Nick Dean Earl Duke Ray Guy Hunter Mason Carter Cooper Tanner Miles Pierce Reed Cliff Dale Glen Brook "
        "River Sky Star Melody Harmony Charity Destiny Patience Prudence Angel Christian Major Bishop Justice Chance "
        "Colt Dash Ace Gunner Ryder Archer Penny Bonnie Misty Sandy Stormy Sunny Robin Jay Wren Raven Skip Buddy Josh",
        "Price Rich Young Long Short Little Small Black White Brown Green Gray Rose Woods Hill Rivers Brooks Fields Stone "
        "Banks Church Parks Street Park Ford Bridges Wall House Castle Hall Noble King Prince Knight Bishop Pope Baker "
        "Cook Carpenter Butler Page Sheppard Fisher Hunter Taylor Tanner Mason Singer Wise Good Best Sharp Strong Swift "
        "Bright Moody Savage Christmas Day May Friday Winter Frost Snow Rain Gale Bush Flowers Lemon Rice Bean Berry "
        "Lamb Bacon Fish Bird Wolf Fox Drake Crane Finch Swan Case Bond Cash Bill Marks Grant Chance Love Joy Hope Power",
    ),
    "brief": (
        "Mike Dave Steve Bob Jim Joe Tom Tim Ben Dan Sam Matt Chris Alex Tony Andy Greg Jeff Ken Ron Don Rick Max Leo "
        "Lou Vic Gus Hal Ian Jon Kev Les Ned Oz Pete Rex Sid Ted Vin Wes Zac Kate Beth Liz Jen Meg Deb Sue Amy Ann Barb "
        "Cat Dee Eve Fay Gail Jill Kim Lyn Mel Nan Pam Roz Sal Tess Val Viv Wendy Zoe Bex Shaz Gaz Baz Loz Manny Chuck "
        "Robbie Charlie Freddie Alfie Archie Ollie Millie Ellie Tilly Evie Josie Kitty Nell Dot Gwen Bronwyn Rhys Dylan",
        "Smith Jones Taylor Evans Thomas Roberts Johnson Walker Wright Robinson Thompson Hughes Edwards Clarke Jackson "
        "Turner Cooper Morris Ward Morgan Watson Allen Shaw Simpson Reid Murphy Kelly Ryan Byrne Walsh McCarthy Doyle "
        "Gallagher O'Brien O'Neill O'Connor MacDonald McKenzie Fraser Stewart Murray Ross Hamilton Ferguson McIntyre "
        "Fitzgerald Fitzpatrick Nguyen-Smith D'Angelo DeLuca DiMarco LaRue St-John van-der-Berg Mc-Gill Ap-Rhys Pugh",
    ),
}
"""By place: given names, then family names; a hyphen stands in the name."""
